import Base
import Foundation
import Testing

/// A log shows which errors led to one another, and nothing of their texts.
@Suite struct LogDescriptionTests {
  private enum FailureCode: String { case full = "storage_full" }

  private struct StorageFailure: CodedError {
    let code = FailureCode.full
    var path = "/data/instances/secret-customer/part.parquet"
    var underlying: (any Error)?
  }

  private struct JobFailure: CodedError, CustomStringConvertible {
    let code = "job_failed"
    var detail: String? { "attempt 3" }
    var underlying: (any Error)?
    var description: String { "token-4711" }
  }

  private enum Foreign: Error { case refused(customer: String) }

  @Test func codesAreChained() {
    let error = JobFailure(underlying: StorageFailure(underlying: Foreign.refused(customer: "a@example.com")))
    #expect(error.logDescription == "job_failed (attempt 3), caused by storage_full, caused by Foreign")
  }

  @Test func fileErrorsHaveNumbersAndNoPath() throws {
    let error = try #require(throws: (any Error).self) {
      try Data([1]).write(to: URL(fileURLWithPath: "/no-such-folder/secret-customer"))
    }
    #expect(error.logDescription == "CocoaError (4), caused by POSIXError (2)")
    let missing = try #require(throws: (any Error).self) {
      try FileHandle(forReadingFrom: URL(fileURLWithPath: "/no-such-folder/secret-customer"))
    }
    #expect(missing.logDescription.contains("260") && !missing.logDescription.contains("customer"))
    #expect(POSIXError(.ENOSPC).logDescription == "POSIXError (28)")
  }

  @Test func decodingErrorsHaveAKindAndNoValue() throws {
    let error = try #require(throws: (any Error).self) {
      try JSONDecoder().decode([String: Int].self, from: Data(#"{"a@example.com": "secret"}"#.utf8))
    }
    #expect(error.logDescription == "DecodingError (typeMismatch)")
  }

  @Test func encodingErrorsHaveAKindAndNoValue() throws {
    let error = try #require(throws: (any Error).self) { try JSONValue.decimal(.nan).text }
    #expect(error.logDescription == "EncodingError")
  }

  @Test func longChainsAreCut() {
    var error = JobFailure()
    for _ in 0..<100 { error = JobFailure(underlying: error) }
    #expect(error.logDescription.components(separatedBy: "caused by").count == 8)
  }
}
