import Foundation
import TestSupport
import Testing

/// Subscriptions as an operator manages them.
@Suite(.hangLimit) struct SubscriptionCommandTests {
  @Test func featuresAreSwitchedOnAndOff() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-commands-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.path()
    #expect(try Program.run("admin", "create-instance", "--data", data, "--id", "own", "--name", "Own").status == 0)
    #expect(
      try Program.run("admin", "create-instance", "--data", data, "--id", "box", "--name", "Box", "--sandbox").status
        == 0)
    let on = try Program.run("admin", "subscribe", "own", "your-garage", "--data", data)
    #expect(on.status == 0)
    #expect(on.text.contains("own: your-garage is on"))
    let list = try Program.run("admin", "list-features", "own", "--data", data)
    #expect(list.text.contains("your-garage\ton\tAmazon Your Garage\tamazon_your_garage\n"))
    #expect(list.text.contains("retail-purchases\toff\t"))
    let off = try Program.run("admin", "unsubscribe", "own", "your-garage", "--data", data)
    #expect(off.text.contains("own: your-garage is off"))
    for (instance, feature, text) in [
      ("own", "your-garag", "Did you mean `your-garage`?"),
      ("other", "your-garage", "There is no instance `other`"),
      ("box", "your-garage", "is a sandbox, which has all paid features"),
    ] {
      let output = try Program.run("admin", "subscribe", instance, feature, "--data", data)
      #expect(output.status == 1)
      #expect(output.errors.contains(text), "\(instance) \(feature)")
    }
  }
}
