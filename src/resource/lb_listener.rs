use crate::terraform::{Address, Body, number, text};

/// Where a load balancer takes requests, and what becomes of them.
#[derive(Debug, Clone, PartialEq)]
pub struct LbListener {
    /// The load balancer.
    pub load_balancer: Address,
    /// What it speaks.
    pub protocol: LbProtocol,
    /// What becomes of what no rule of its own speaks of.
    pub answer: LbAnswer,
}

/// What a listener speaks.
#[derive(Debug, Clone, PartialEq)]
pub enum LbProtocol {
    /// HTTP.
    Http,
    /// HTTP over TLS.
    Https {
        /// The ARN of its certificate.
        certificate: String,
        /// The policy that says which versions of TLS and which ciphers:
        /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>.
        policy: &'static str,
    },
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum LbAnswer {
    /// This target group gets it.
    Forward(Address),
    /// Nobody: the answer is 404.
    NotFound,
    /// Who asks is sent to the same address over HTTPS.
    OverHttps,
}

impl LbProtocol {
    /// The port that it is spoken on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        match self {
            Self::Http => LbListener::PORT,
            Self::Https { .. } => 443,
        }
    }
}

impl LbAnswer {
    fn action(&self) -> Body {
        match self {
            Self::Forward(group) => {
                Body::new().attribute("type", text("forward")).attribute("target_group_arn", group.attribute("arn"))
            }
            Self::NotFound => Body::new().attribute("type", text("fixed-response")).block(
                "fixed_response",
                Body::new()
                    .attribute("content_type", text("text/plain"))
                    .attribute("message_body", text("Not Found"))
                    .attribute("status_code", text("404")),
            ),
            Self::OverHttps => Body::new().attribute("type", text("redirect")).block(
                "redirect",
                Body::new()
                    .attribute("port", text("443"))
                    .attribute("protocol", text("HTTPS"))
                    .attribute("status_code", text("HTTP_301")),
            ),
        }
    }
}

impl LbListener {
    /// The port of HTTP.
    pub const PORT: u16 = 80;

    pub(super) fn body(&self) -> Body {
        let body = Body::new()
            .attribute("load_balancer_arn", self.load_balancer.attribute("arn"))
            .attribute("port", number(self.protocol.port()));
        let body = match &self.protocol {
            LbProtocol::Http => body.attribute("protocol", text("HTTP")),
            LbProtocol::Https { certificate, policy } => body
                .attribute("protocol", text("HTTPS"))
                .attribute("certificate_arn", text(certificate))
                .attribute("ssl_policy", text(*policy)),
        };
        body.block("default_action", self.answer.action())
    }
}
