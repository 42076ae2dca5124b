import ObjectStorage
import Testing

@Suite struct ObjectKeyTests {
  @Test(arguments: ["a", "a/b", "instances/demo/signals/t/day=2026-01-31/part-1.parquet", "ü", "a.b", "a b", "a/b.."])
  func validKeysAreAccepted(_ text: String) throws {
    #expect(try ObjectKey(text).value == text)
  }

  @Test(arguments: [
    "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", ".staging/x", "a/.hidden", "a\u{0}b",
    "a\nb", "a\u{7F}", "a\\b", "a*", "a?", "a[b]", "{a}",
  ])
  func refused(_ text: String) {
    #expect(throws: StorageError(.invalidKey)) { try ObjectKey(text) }
  }

  @Test func theLengthLimitCountsBytes() throws {
    let parts = Array(repeating: String(repeating: "x", count: 127), count: 8)
    let longest = parts.joined(separator: "/") + "y"
    #expect(longest.utf8.count == ObjectKey.byteLimit)
    #expect(try ObjectKey(longest).value == longest)
    #expect(throws: StorageError(.invalidKey)) { try ObjectKey(longest + "y") }
  }

  @Test func theLimitOfPartsCountsBytes() throws {
    let longest = String(repeating: "ü", count: 127) + "x"
    #expect(longest.utf8.count == ObjectKey.partByteLimit)
    _ = try ObjectKey("a/\(longest)")
    #expect(throws: StorageError(.invalidKey)) { try ObjectKey("a/\(longest)x") }
  }

  @Test func appendingChecksThePart() throws {
    let key = try ObjectKey("a")
    #expect(try key.appending("b").value == "a/b")
    #expect(throws: StorageError(.invalidKey)) { try key.appending("..") }
  }

  @Test func everyErrorHasAStableCodeAndAText() {
    let codes = StorageError.Code.allCases
    #expect(Set(codes.map(\.rawValue)).count == codes.count)
    #expect(codes.allSatisfy { $0.rawValue.hasPrefix("storage_") && !StorageError($0).message.isEmpty })
  }
}
