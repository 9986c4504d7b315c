//! The numbers of days that services of AWS accept.

/// The values that `CloudWatch` Logs accepts, without 0 ("never expire"):
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>.
pub(super) const RETENTION_DAYS: &[u32] =
    &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// What Secrets Manager accepts, with 0 for none:
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html>.
pub(super) const RECOVERY_DAYS: &[u32] =
    &[0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30];

/// What EFS accepts, with 0 for never: <https://docs.aws.amazon.com/efs/latest/ug/API_LifecyclePolicy.html>.
pub(super) const COLD_DAYS: &[u32] = &[0, 1, 7, 14, 30, 60, 90, 180, 270, 365];
