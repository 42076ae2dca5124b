import Foundation
import Testing

@testable import ObjectStorage

@Suite struct BucketPolicyTests {
  static let id = "123456789012"

  /// The decision of a policy about a delivery. `statements` are JSON objects.
  private func decision(
    _ statements: String..., action: String = "s3:PutObject", account: String = id, secure: Bool = true
  ) throws -> BucketPolicy.Decision {
    let json = #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ","))]}"#
    let account = try #require(DeliveryAccount(account))
    return try BucketPolicy(Data(json.utf8)).decision(
      on: BucketPolicy.Request(
        account: account, action: action, bucket: "amc-results", key: "workflow=a/schedule=adhoc/x.csv",
        context: ["s3:x-amz-acl": "bucket-owner-full-control", "aws:securetransport": secure ? "true" : "false"]))
  }

  private func allow(
    _ principal: String = #"{"AWS": "123456789012"}"#, _ action: String = #""s3:PutObject""#,
    _ resource: String = #""arn:aws:s3:::amc-results/*""#, _ rest: String = ""
  ) -> String {
    #"{"Effect": "Allow", "Principal": \#(principal), "Action": \#(action), "Resource": \#(resource)\#(rest)}"#
  }

  private func deny(_ rest: String) -> String {
    #"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::amc-results/*"\#(rest)}"#
  }

  @Test(arguments: [
    (#""*""#, true), (#"{"AWS": "*"}"#, true), (#"{"AWS": "123456789012"}"#, true),
    (#"{"AWS": "arn:aws:iam::123456789012:root"}"#, true),
    (#"{"AWS": ["arn:aws:iam::999999999999:root", "arn:aws:iam::123456789012:root"]}"#, true),
    (#"{"AWS": "999999999999"}"#, false), (#"{"AWS": []}"#, false),
    (#"{"AWS": "arn:aws:iam::123456789012:role/other"}"#, false), (#"{"Service": "s3.amazonaws.com"}"#, false),
    (#"{"CanonicalUser": "123456789012"}"#, false), (#"{"AWS": "AIDAEXAMPLE"}"#, false),
  ])
  func principals(_ principal: String, _ isGranted: Bool) throws {
    #expect(try decision(allow(principal)) == (isGranted ? .granted : .notGranted))
  }

  @Test func rolesAreGrantedByNameOrAccount() throws {
    let role = "arn:aws:iam::123456789012:role/delivery"
    #expect(try decision(allow(#"{"AWS": "\#(role)"}"#), account: role) == .granted)
    #expect(try decision(allow(#"{"AWS": "123456789012"}"#), account: role) == .granted)
    #expect(try decision(allow(#"{"AWS": "arn:aws:iam::123456789012:role/x"}"#), account: role) == .notGranted)
  }

  @Test(arguments: [
    (#""s3:PutObject""#, true), (#""s3:Put*""#, true), (#""S3:putobject""#, true), (#""s3:*""#, true), (#""*""#, true),
    (#""s3:PutObjec?""#, true), (#"["s3:GetObject", "s3:PutObject"]"#, true), (#""s3:PutObjectAcl""#, false),
    (#""s3:PutObject?""#, false), (#"["s3:Get*"]"#, false), (#"[]"#, false),
  ])
  func actions(_ action: String, _ isGranted: Bool) throws {
    #expect(try decision(allow(#""*""#, action)) == (isGranted ? .granted : .notGranted))
  }

  @Test(arguments: [
    (#""arn:aws:s3:::amc-results/*""#, true), (#""*""#, true), (#""arn:aws:s3:::amc-*""#, true),
    (#"["arn:aws:s3:::amc-results", "arn:aws:s3:::amc-results/workflow=?/*.csv"]"#, true),
    (#""arn:aws:s3:::amc-results""#, false), (#""arn:aws:s3:::amc-results/other/*""#, false),
    (#""arn:aws:s3:::amc-results/${aws:username}/*""#, false), (#""arn:aws:s3:::AMC-results/*""#, false),
  ])
  func resources(_ resource: String, _ isGranted: Bool) throws {
    #expect(try decision(allow(#""*""#, #""s3:*""#, resource)) == (isGranted ? .granted : .notGranted))
  }

  @Test(arguments: [
    (#"{"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}"#, true),
    (#"{"StringEquals": {"S3:X-Amz-Acl": ["private", "bucket-owner-full-control"]}}"#, true),
    (#"{"StringLike": {"s3:x-amz-acl": "bucket-owner-*"}}"#, true), (#"{}"#, true),
    (#"{"Bool": {"aws:SecureTransport": "true"}}"#, true), (#"{"Bool": {"aws:SecureTransport": true}}"#, true),
    (#"{"StringEquals": {"s3:x-amz-acl": "private"}}"#, false), (#"{"Bool": {"aws:SecureTransport": false}}"#, false),
    (#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#, false),
    (#"{"StringEquals": {"aws:PrincipalOrgID": "o"}}"#, false),
    (
      #"{"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": "123456789012"}}"#, false
    ), (#"{"StringEqualsIfExists": {"s3:x-amz-acl": "bucket-owner-full-control"}}"#, false),
  ])
  func conditionsOfGrants(_ condition: String, _ isGranted: Bool) throws {
    let statement = allow(#""*""#, #""s3:*""#, #""*""#, #", "Condition": \#(condition)"#)
    #expect(try decision(statement) == (isGranted ? .granted : .notGranted))
  }

  @Test func denyOverridesAllow() throws {
    #expect(try decision(allow(#""*""#, #""*""#), deny("")) == .denied)
    #expect(try decision(deny(""), allow(#""*""#, #""*""#)) == .denied)
    let other = #"{"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "*"}"#
    #expect(try decision(allow(), other) == .granted)
  }

  @Test(arguments: [
    (#"{"Bool": {"aws:SecureTransport": "false"}}"#, BucketPolicy.Decision.granted),
    (#"{"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}"#, .granted),
    (#"{"StringNotLike": {"s3:x-amz-acl": "bucket-*"}}"#, .granted),
    (#"{"StringNotEqualsIgnoreCase": {"s3:x-amz-acl": "private"}}"#, .denied),
    (#"{"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#, .denied),
    (#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#, .denied),
    (#"{"Bool": {"aws:SecureTransport": "${x}"}}"#, .denied),
  ])
  func conditionsOfDenials(_ condition: String, _ expected: BucketPolicy.Decision) throws {
    #expect(try decision(allow(), deny(#", "Condition": \#(condition)"#)) == expected)
  }

  @Test func unencryptedDeliveriesCanBeDenied() throws {
    let denial = deny(#", "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#)
    #expect(try decision(allow(), denial, secure: false) == .denied)
  }

  @Test func negatedElementsAreEvaluated() throws {
    let all =
      #"{"Effect": "Allow", "Principal": "*", "NotAction": "s3:Delete*", "NotResource": "arn:aws:s3:::other/*"}"#
    #expect(try decision(all) == .granted)
    #expect(try decision(all, action: "s3:DeleteObject") == .notGranted)
    let rest = #""Action": "*", "Resource": "*"}"#
    let butUs = #"{"Effect": "Deny", "NotPrincipal": {"AWS": "123456789012"}, \#(rest)"#
    let butOther = #"{"Effect": "Deny", "NotPrincipal": {"AWS": "999999999999"}, \#(rest)"#
    #expect(try decision(allow(), butUs) == .granted)
    #expect(try decision(allow(), butOther) == .denied)
    let anotherRole = #"{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::123456789012:role/x"}, \#(rest)"#
    // It is unknown which user or role of the account delivers.
    #expect(try decision(allow(), anotherRole) == .denied)
    #expect(try decision(allow(), anotherRole, account: "arn:aws:iam::123456789012:role/y") == .granted)
  }

  @Test func aSingleStatementNeedsNoArray() throws {
    let policy = try BucketPolicy(Data(#"{"Statement": \#(allow())}"#.utf8))
    let account = try #require(DeliveryAccount(Self.id))
    let request = BucketPolicy.Request(
      account: account, action: "s3:PutObject", bucket: "amc-results", key: "a", context: [:])
    #expect(policy.decision(on: request) == .granted)
    let elsewhere = BucketPolicy.Request(
      account: account, action: "s3:PutObject", bucket: "amc-other", key: "a", context: [:])
    #expect(policy.decision(on: elsewhere) == .notGranted)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"Statement": 1}"#, #"{"Statement": [{"Effect": "Maybe"}]}"#,
    #"{"Statement": [{"Effect": "Allow", "Principal": "me", "Action": "*", "Resource": "*"}]}"#,
  ])
  func whatIsNoPolicyIsRefused(_ text: String) {
    #expect(throws: StorageError(.corrupt)) { try BucketPolicy(Data(text.utf8)) }
  }

  @Test(arguments: [
    "", "12345678901", "1234567890123", "12345678901a", "arn:aws:iam::123456789012:", "arn:aws:s3:::bucket",
    "arn:aws:iam:eu:123456789012:role/x",
  ])
  func accountsThatAreNone(_ text: String) {
    #expect(DeliveryAccount(text) == nil)
  }

  @Test func patternsAreMatchedQuickly() {
    let pattern = String(repeating: "*a", count: 200) + "*b"
    #expect(!PolicyPattern.matches(pattern, String(repeating: "a", count: 1000)))
    #expect(PolicyPattern.matches("a*b?c**", "axxbxbycd"))
    #expect(!PolicyPattern.matches("a*b?c", "abc"))
    #expect(PolicyPattern.matches("", "") && PolicyPattern.matches("*", "") && !PolicyPattern.matches("?", ""))
  }
}
