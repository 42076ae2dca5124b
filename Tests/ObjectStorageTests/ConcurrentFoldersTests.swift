import Foundation
import ObjectStorage
import TestSupport
import Testing

/// Deleting an object removes the folders that become empty, which others may be about to use.
@Suite(.hangLimit)
struct ConcurrentFoldersTests {
  @Test func writesDuringADeletionNeverFail() async throws {
    let temporary = try TemporaryStorage()
    let storage = temporary.storage
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for round in 0..<100 {
            let key = try ObjectKey("instances/demo/audiences/\(writer)-\(round)/attempt-1/members")
            try await storage.put(Data([1]), at: key)
            try await storage.delete(key)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await storage.list(under: ObjectKey("instances")).isEmpty)
  }
}
