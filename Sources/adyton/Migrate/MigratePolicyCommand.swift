import ArgumentParser
import Foundation
import Migration
import ObjectStorage

/// `adyton migrate policy`
struct MigratePolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Check that a bucket's policy lets results be delivered, and correct it.",
    discussion: """
        adyton migrate policy policy.json --output corrected.json

      The account that delivers needs s3:PutObject and s3:PutObjectAcl on all objects of the bucket. Problems are \
      shown on standard error; the corrected policy goes to standard output, or to the file that --output names. \
      Everything else in it stays as it was, in its order.

      Exit codes: 0 the policy is fine; 1 it was not, and the corrected one is; 2 the command line is wrong, the file \
      can't be read, or something has to be corrected by hand.
      """)

  @Argument(
    help: ArgumentHelp("The policy, a JSON file; `-` is standard input.", valueName: "file"), completion: .file())
  var file: String

  @Option(help: "The account that delivers: its id, or the ARN of a user or role.")
  var account = DeliveryPolicy.accountID

  @Option(help: "The bucket. (default: the one that the policy names)")
  var bucket: String?

  @Option(help: "The file for the corrected policy. (default: standard output)", completion: .file())
  var output: String?

  @Flag(help: "Print JSON, with findings, changes and the corrected policy.")
  var json = false

  func validate() throws {
    guard DeliveryAccount(account) != nil else {
      throw ValidationError("--account takes the 12 digits of an account, or the ARN of a user or role.")
    }
  }

  func run() throws {
    let original = try policy()
    let correction = PolicyCorrection(original)
    if let output { try write(correction.policy.text, to: output) }
    let isFine = original.isFine && original.trailingCommaLines.isEmpty
    if json {
      try Output.json(PolicyReport.document(file: file, original, correction))
    } else {
      for finding in original.findings { CommandFailure.print("\(finding.code.rawValue): \(finding.text)") }
      for change in correction.changes { CommandFailure.print("changed: \(change)") }
      for text in correction.remaining { CommandFailure.print("left to do: \(text)") }
      if isFine {
        CommandFailure.print("The policy of \(original.bucket) lets \(original.account.id) deliver results.")
      }
      if output == nil { Output.line(correction.policy.text) }
    }
    guard correction.policy.isFine else { throw ExitCode(2) }
    guard isFine else { throw ExitCode(1) }
  }

  private func policy() throws -> DeliveryPolicy {
    let data: Data?
    if file == "-" {
      data = try? FileHandle.standardInput.read(upToCount: DeliveryPolicy.byteLimit + 1) ?? Data()
    } else {
      data = FileManager.default.contents(atPath: file)
    }
    guard let data else { throw CommandFailure.usage("\(file): the file can't be read.") }
    guard let account = DeliveryAccount(account) else { throw CommandFailure.usage("--account is none.") }
    do throws(DeliveryPolicy.Failure) {
      return try DeliveryPolicy(Array(data), account: account, bucket: bucket)
    } catch {
      throw CommandFailure.usage("\(file)\(Self.text(error))")
    }
  }

  private static func text(_ failure: DeliveryPolicy.Failure) -> String {
    switch failure {
    case .notJSON(let line): ":\(line): this is not JSON."
    case .notPolicy: ": this is no bucket policy."
    case .tooLarge: ": a policy has at most \(DeliveryPolicy.byteLimit) bytes."
    case .bucketNotClear: ": the policy does not name one bucket; --bucket says which it is for."
    }
  }

  private func write(_ text: String, to path: String) throws {
    do {
      try Data("\(text)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure.usage("\(path): the file can't be written.")
    }
  }
}
