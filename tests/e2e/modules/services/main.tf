# One of each service that applications use, and a function that calls them: what the emulator is tested with.

variable "build_directory" {
  description = "The folder of the function's zip."
  type        = string
}

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "main" {
  cidr_block = "10.77.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_security_group" "stores" {
  name        = "services-stores"
  description = "Stores"
  vpc_id      = aws_vpc.main.id
}

resource "aws_db_subnet_group" "main" {
  name       = "services"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_instance" "main" {
  identifier                  = "services"
  engine                      = "postgres"
  engine_version              = "16"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  storage_type                = "gp3"
  storage_encrypted           = true
  db_name                     = "shop"
  username                    = "keeper"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.stores.id]
  backup_retention_period     = 7
  skip_final_snapshot         = true
}

resource "aws_elasticache_subnet_group" "main" {
  name        = "services"
  description = "Private subnets"
  subnet_ids  = aws_subnet.private[*].id
}

resource "aws_elasticache_replication_group" "main" {
  replication_group_id       = "services"
  description                = "A cluster"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.micro"
  port                       = 6379
  parameter_group_name       = "default.redis7.cluster.on"
  num_node_groups            = 2
  replicas_per_node_group    = 1
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [aws_security_group.stores.id]
}

resource "aws_dynamodb_table" "main" {
  name         = "services"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }
}

resource "aws_s3_bucket" "files" {
  bucket_prefix = "services-files-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_secretsmanager_secret" "key" {
  name                    = "services-key"
  recovery_window_in_days = 0
}

resource "aws_ssm_parameter" "level" {
  name  = "/services/level"
  type  = "String"
  value = "info"
}

data "aws_iam_policy_document" "trust_function" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  name               = "services-function"
  assume_role_policy = data.aws_iam_policy_document.trust_function.json
}

data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.main.arn]
  }

  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.files.arn}/*"]
  }

  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.files.arn]
  }

  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.key.arn]
  }

  statement {
    actions   = ["ssm:GetParameter"]
    resources = [aws_ssm_parameter.level.arn]
  }
}

resource "aws_iam_role_policy" "function" {
  name   = "services-function"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}

resource "aws_lambda_function" "main" {
  function_name    = "services-function"
  role             = aws_iam_role.function.arn
  filename         = "${var.build_directory}/function.zip"
  source_code_hash = filebase64sha256("${var.build_directory}/function.zip")
  handler          = "index.handler"
  runtime          = "python3.13"
  timeout          = 30
  depends_on       = [aws_iam_role_policy.function]
}

# As a migration: before anything else uses the database.
resource "aws_lambda_invocation" "migration" {
  function_name = aws_lambda_function.main.function_name
  input         = jsonencode({ connect = [aws_db_instance.main.address, aws_db_instance.main.port] })
}

data "aws_iam_policy_document" "trust_schedule" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "schedule" {
  name               = "services-schedule"
  assume_role_policy = data.aws_iam_policy_document.trust_schedule.json
}

data "aws_iam_policy_document" "schedule" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.main.arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "services-schedule"
  role   = aws_iam_role.schedule.id
  policy = data.aws_iam_policy_document.schedule.json
}

resource "aws_scheduler_schedule" "main" {
  name                         = "services-cleanup"
  schedule_expression          = "cron(0 3 * * ? *)"
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.main.arn
    role_arn = aws_iam_role.schedule.arn
    input    = jsonencode({ inferra = { job = "cleanup" } })

    retry_policy {
      maximum_retry_attempts       = 2
      maximum_event_age_in_seconds = 3600
    }
  }
}

resource "aws_s3_bucket" "site" {
  bucket_prefix = "services-site-"
  force_destroy = true
}

resource "aws_s3_object" "index" {
  bucket       = aws_s3_bucket.site.id
  key          = "index.html"
  content      = "<h1>home</h1>"
  content_type = "text/html; charset=utf-8"
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "services-site"
  description                       = "Signs requests to the bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  default_root_object = "index.html"

  origin {
    domain_name              = aws_s3_bucket.site.bucket_regional_domain_name
    origin_id                = "site"
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "site"
    viewer_protocol_policy = "redirect-to-https"
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    compress               = true
  }

  custom_error_response {
    error_code         = 403
    response_code      = 200
    response_page_path = "/index.html"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

data "aws_iam_policy_document" "site" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.site.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.site.arn]
    }
  }
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = data.aws_iam_policy_document.site.json
}

output "services" {
  description = "Names and addresses."
  value = {
    bucket       = aws_s3_bucket.files.bucket
    database     = aws_db_instance.main.master_user_secret[0].secret_arn
    distribution = aws_cloudfront_distribution.site.id
    function     = aws_lambda_function.main.function_name
    key          = aws_secretsmanager_secret.key.arn
    migration    = aws_lambda_invocation.migration.result
    parameter    = aws_ssm_parameter.level.name
    redis        = aws_elasticache_replication_group.main.configuration_endpoint_address
    table        = aws_dynamodb_table.main.name
  }
}
