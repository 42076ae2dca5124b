@testable import AdsAPI
import Dispatch
import Foundation
import Hummingbird
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct BodySpoolTests {
  private struct Broken: Error {}

  /// A thread that runs tasks one after the other.
  private final class OneThread: TaskExecutor {
    private let queue = DispatchQueue(label: "one thread")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
  }

  /// A body of one piece that is too large for memory, and breaks off behind it.
  private func request() -> Request {
    let body = AsyncThrowingStream<ByteBuffer, any Error> { stream in
      stream.yield(ByteBuffer(repeating: UInt8(ascii: " "), count: RecordsBody.memoryLimit + 1))
      stream.finish(throwing: Broken())
    }
    return Request(
      head: HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/"),
      body: RequestBody(asyncSequence: body))
  }

  /// The file is a pipe that nobody reads at first: writing to it waits. Another task of the same thread ends the wait,
  /// which it can only if the thread is free.
  @Test func aDiskThatKeepsUsWaitingHoldsNobodyElseUp() async throws {
    let folder = try TemporaryFolder()
    let area = StagingArea(folder: URL(filePath: folder.file(""))) {}
    let file = try area.file("body.json")
    let path = file.url.path(percentEncoded: false)
    try #require(mkfifo(path, 0o600) == 0)
    let thread = OneThread()
    let spooling = Task(executorPreference: thread) { try await BodySpool(file: file).data(of: request()) }
    await Task(executorPreference: thread) {
      Thread.detachNewThread {
        let pipe = FileHandle(forReadingAtPath: path)
        _ = try? pipe?.readToEnd()
      }
    }.value
    let outcome = await spooling.result
    #expect(throws: RequestError.bodyUnreadable) { try outcome.get() }
  }
}
