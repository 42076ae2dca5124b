import Foundation
import ObjectStorage
import TestSupport
import Testing

@testable import Migration

@Suite struct DeliveryPolicyTests {
  private let account: DeliveryAccount

  init() throws {
    account = try #require(DeliveryAccount(DeliveryPolicy.accountID))
  }

  private func policy(_ statements: String..., bucket: String? = "results") throws -> DeliveryPolicy {
    let text = #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ", "))]}"#
    return try DeliveryPolicy(Array(text.utf8), account: account, bucket: bucket)
  }

  private static let grant =
    #"{"Effect": "Allow", "Principal": {"AWS": "811639200769"}, "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": "arn:aws:s3:::results/*"}"#

  @Test(arguments: [
    grant, grant.replacing("811639200769", with: "arn:aws:iam::811639200769:root"),
    grant.replacing(#"{"AWS": "811639200769"}"#, with: #""*""#),
    grant.replacing(#"["s3:PutObject", "s3:PutObjectAcl"]"#, with: #""s3:Put*""#),
    grant.replacing(#""Action": ["s3:PutObject", "s3:PutObjectAcl"]"#, with: #""NotAction": "s3:DeleteObject""#),
    grant.replacing(
      #""Resource": "arn:aws:s3:::results/*"}"#,
      with:
        #""Resource": "arn:aws:s3:::results/*", "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}"#
    ),
  ])
  func whatGrantsIsFineAndStays(_ statement: String) throws {
    let original = try policy(
      statement,
      #"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::results/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#
    )
    #expect(original.isFine)
    #expect(original.findings.isEmpty)
    let correction = PolicyCorrection(original)
    #expect(correction.changes.isEmpty && correction.remaining.isEmpty)
    #expect(correction.policy.document == original.document)
  }

  @Test(arguments: [
    (
      grant.replacing("811639200769", with: "111122223333"),
      ["not_granted s3:PutObject", "not_granted s3:PutObjectAcl"], "names another principal"
    ),
    (
      grant.replacing(#"["s3:PutObject", "s3:PutObjectAcl"]"#, with: #""s3:PutObject""#),
      ["not_granted s3:PutObjectAcl"], "names other actions"
    ),
    (
      grant.replacing("results/*", with: "others/*"), ["not_granted s3:PutObject", "not_granted s3:PutObjectAcl"],
      "names other resources"
    ),
    (
      grant.replacing("results/*", with: "results/workflow=*"),
      ["partly_granted s3:PutObject", "partly_granted s3:PutObjectAcl"], "for some objects"
    ),
    (
      grant.replacing(#""Principal": {"AWS": "811639200769"}"#, with: #""NotPrincipal": {"AWS": "811639200769"}"#),
      ["not_granted s3:PutObject", "not_granted s3:PutObjectAcl"], "names another principal"
    ),
    (
      grant.dropLast() + #", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}"#,
      ["not_granted s3:PutObject", "not_granted s3:PutObjectAcl"], "has conditions"
    ),
  ])
  func whatIsMissingIsSaidAndAdded(_ statement: String, _ codes: [String], _ words: String) throws {
    let original = try policy(statement)
    #expect(!original.isFine)
    #expect(original.findings.map { "\($0.code.rawValue) \($0.action ?? "")" } == codes)
    #expect(original.findings.allSatisfy { $0.text.contains(words) })
    let correction = PolicyCorrection(original)
    #expect(correction.policy.isFine)
    #expect(correction.policy.statements.first == original.statements.first)
    #expect(correction.policy.statements.count == 2)
    #expect(PolicyCorrection(correction.policy).changes.isEmpty)
  }

  @Test(arguments: [
    (#""Principal": "*", "Action": "s3:*""#, 2),
    (#""Principal": {"AWS": "811639200769"}, "Action": ["s3:PutObject", "s3:GetObject"]"#, 2),
    (#""Principal": "*", "Action": "s3:PutObject""#, 1),
    (#""NotPrincipal": {"AWS": "111122223333"}, "NotAction": "s3:GetObject""#, 2),
  ])
  func whatDeniesIsNarrowed(_ elements: String, _ count: Int) throws {
    let deny =
      #"{"Sid": "No", "Effect": "Deny", \#(elements), "Resource": ["arn:aws:s3:::results", "arn:aws:s3:::results/*"]}"#
    let original = try policy(Self.grant, deny)
    #expect(
      original.findings.contains { $0.code == .denied && $0.statement == 2 && $0.text.contains("Statement 2 (No)") })
    let correction = PolicyCorrection(original)
    #expect(correction.policy.isFine)
    #expect(correction.remaining.isEmpty)
    #expect(correction.policy.statements.count == 1 + count)
  }

  @Test func unnarrowableStatementsRemain() throws {
    let deny = #"{"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "arn:aws:s3:::results/*"}"#
    let original = try policy(Self.grant, deny)
    let correction = PolicyCorrection(original)
    #expect(!correction.policy.isFine)
    #expect(correction.remaining.count == 1)
    #expect(correction.policy.document == original.document)
  }

  @Test func otherStatementsKeepTheirOrder() throws {
    let text = """
      {
        "Statement": {
          "Resource": "arn:aws:s3:::results/*",
          "Note": 1.50,
          "Effect": "Allow",
          "Action": "s3:GetObject",
          "Principal": "*"
        },
        "Own": {
          "z": [],
          "a": null
        },
        "Version": "2012-10-17"
      }
      """
    let correction = PolicyCorrection(try DeliveryPolicy(Array(text.utf8), account: account))
    let expected = text.replacing("\"Statement\": {", with: "\"Statement\": [\n    {")
    // The first lines are those of the original, indented by two more spaces if the list is new.
    #expect(correction.policy.document.members?.map(\.name) == ["Statement", "Own", "Version"])
    #expect(correction.policy.text.contains("\"Note\": 1.50"))
    #expect(correction.policy.text.hasSuffix(String(expected.suffix(70))))
    #expect(correction.policy.isFine)
  }

  @Test func theBucketIsReadFromThePolicy() throws {
    #expect(try policy(Self.grant, bucket: nil).bucket == "results")
    #expect(throws: DeliveryPolicy.Failure.bucketNotClear) {
      try policy(Self.grant, Self.grant.replacing("results", with: "others"), bucket: nil)
    }
    let wrapped = JSONNode.object([.init("Policy", .string(#"{"Statement": [\#(Self.grant)]}"#))]).text
    #expect(try DeliveryPolicy(Array(wrapped.utf8), account: account).isFine)
  }

  @Test func invalidPoliciesAreRefused() throws {
    #expect(throws: DeliveryPolicy.Failure.notJSON(line: 2)) { try DeliveryPolicy(Array("{\n".utf8), account: account) }
    #expect(throws: DeliveryPolicy.Failure.notPolicy) { try DeliveryPolicy(Array("{}".utf8), account: account) }
    #expect(throws: DeliveryPolicy.Failure.tooLarge) {
      try DeliveryPolicy(Array(repeating: 0x20, count: DeliveryPolicy.byteLimit + 1), account: account)
    }
    let comma = #"{"Statement": [\#(Self.grant),]}"#
    #expect(try DeliveryPolicy(Array(comma.utf8), account: account).findings.map(\.code) == [.trailingComma])
  }
}

/// Random policies: the corrected one lets results be delivered, and decides everything else as the original does.
@Suite struct PolicyCorrectionPropertyTests {
  private static let accounts = [DeliveryPolicy.accountID, "111122223333", "444455556666"]
  private static let actions = ["s3:PutObject", "s3:PutObjectAcl", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket"]
  private static let keys = ["a", "workflow=w/schedule=adhoc/x.csv", "secret/b", nil]
  private static let contexts: [[String: String]] = [
    [:], ["aws:securetransport": "true"], ["aws:securetransport": "false"],
    ["s3:x-amz-acl": "bucket-owner-full-control", "aws:securetransport": "true"], ["s3:x-amz-acl": "private"],
  ]

  private static func statement(_ random: inout SeededGenerator) -> String {
    func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
    let principal = pick([
      #""Principal": "*""#, #""Principal": {"AWS": "811639200769"}"#,
      #""Principal": {"AWS": ["arn:aws:iam::111122223333:root", "811639200769"]}"#,
      #""Principal": {"AWS": "arn:aws:iam::444455556666:role/x"}"#,
      #""NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}"#,
      #""Principal": {"Service": "logging.s3.amazonaws.com"}"#,
    ])
    let action = pick([
      #""Action": "s3:*""#, #""Action": "*""#, #""Action": "s3:PutObject""#,
      #""Action": ["s3:PutObjectAcl", "s3:GetObject"]"#,
      #""Action": ["s3:Get*", "s3:putobject"]"#, #""NotAction": "s3:GetObject""#,
      #""NotAction": ["s3:PutObject", "s3:List*"]"#,
      #""Action": ["s3:*", "s3:GetObject"]"#,
    ])
    let resource = pick([
      #""Resource": "arn:aws:s3:::results/*""#, #""Resource": ["arn:aws:s3:::results", "arn:aws:s3:::results/*"]"#,
      #""Resource": "arn:aws:s3:::results/workflow=*""#, #""NotResource": "arn:aws:s3:::results/secret/*""#,
      #""Resource": "*""#,
    ])
    let condition = pick([
      "", "", #", "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#,
      #", "Condition": {"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}"#,
      #", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#,
      #", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": true}}"#,
    ])
    return #"{"Effect": "\#(pick(["Allow", "Deny"]))", \#(principal), \#(action), \#(resource)\#(condition)}"#
  }

  @Test func correctionsChangeTheDeliveryOnly() throws {
    let seed = SeededGenerator.seed(standard: 811)
    var random = SeededGenerator(seed: seed)
    let account = try #require(DeliveryAccount(DeliveryPolicy.accountID))
    var changed = 0
    for number in 0..<400 {
      let statements = (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.statement(&random) }
      let text = #"{"Statement": [\#(statements.joined(separator: ", "))]}"#
      let place: Comment = "ADYTON_TEST_SEED=\(seed), policy \(number): \(text)"
      let original = try DeliveryPolicy(Array(text.utf8), account: account, bucket: "results")
      let correction = PolicyCorrection(original)
      #expect(correction.policy.isFine, place)
      #expect(correction.remaining.isEmpty, place)
      #expect(original.isFine == correction.changes.isEmpty, place)
      if !correction.changes.isEmpty { changed += 1 }
      let (before, after) = (try #require(original.policy), try #require(correction.policy.policy))
      for request in try Self.otherRequests() {
        #expect(before.decision(on: request) == after.decision(on: request), place)
      }
    }
    #expect(changed > 100)
  }

  /// All but the two actions of the account.
  private static func otherRequests() throws -> [BucketPolicy.Request] {
    var requests: [BucketPolicy.Request] = []
    for id in accounts {
      let account = try #require(DeliveryAccount(id))
      for action in actions where id != DeliveryPolicy.accountID || !DeliveryPolicy.actions.contains(action) {
        for key in keys {
          for context in contexts {
            requests.append(
              BucketPolicy.Request(account: account, action: action, bucket: "results", key: key, context: context))
          }
        }
      }
    }
    return requests
  }
}
