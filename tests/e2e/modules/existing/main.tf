# What a company has before it meets inferra: tests/e2e/test_existing.py adopts it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
}

resource "aws_vpc" "company" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.company.id
  cidr_block        = cidrsubnet(aws_vpc.company.cidr_block, 4, count.index)
  availability_zone = ["us-east-1a", "us-east-1b"][count.index]
}

resource "aws_security_group" "redis" {
  name   = "company-redis"
  vpc_id = aws_vpc.company.id
}

resource "aws_security_group" "database" {
  name   = "company-database"
  vpc_id = aws_vpc.company.id
}

resource "aws_dynamodb_table" "carts" {
  name         = "company-carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "key"

  attribute {
    name = "key"
    type = "S"
  }
}

resource "aws_dynamodb_table" "other" {
  name         = "company-other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_s3_bucket" "receipts" {
  bucket        = "company-receipts"
  force_destroy = true
}

resource "aws_secretsmanager_secret" "key" {
  name                    = "company/signing-key"
  recovery_window_in_days = 0
}

resource "aws_sns_topic" "placed" {
  name = "company-orders-placed"
}

output "subnets" {
  value = aws_subnet.private[*].id
}

output "groups" {
  value = { redis = aws_security_group.redis.id, database = aws_security_group.database.id }
}

output "settings" {
  value = {
    "network.existing.vpc_id"                                 = aws_vpc.company.id
    "network.existing.private_subnet_ids"                     = join(",", aws_subnet.private[*].id)
    "persist.kv.by_id.carts.existing"                         = aws_dynamodb_table.carts.arn
    "persist.kv.by_id.carts.existing_kms_key"                 = ""
    "persist.fs.by_id.receipts.existing"                      = aws_s3_bucket.receipts.arn
    "persist.secret.by_id.signing-key.existing"               = aws_secretsmanager_secret.key.name
    "persist.redis_node.by_id.visits.existing"                = "company-visits"
    "persist.redis_node.by_id.visits.existing_security_group" = aws_security_group.redis.id
    "persist.redis_node.by_id.visits.existing_ingress"        = "on"
    "persist.orm.by_id.warehouse.existing"                    = "company-warehouse"
    "persist.orm.by_id.warehouse.existing_database"           = ""
    "pubsub.by_id.orders.existing.placed"                     = aws_sns_topic.placed.arn
  }
}
