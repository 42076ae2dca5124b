import Foundation
import TestSupport
import Testing

/// Subscriptions as an operator manages them.
@Suite(.hangLimit) struct SubscriptionCommandTests {
  private func feature(_ verb: String, _ instance: String, _ name: String, _ data: String) throws -> Program.Output {
    try Program.run("admin", "feature", verb, "--instance", instance, "--feature", name, "--data", data)
  }

  @Test func featuresAreSwitchedOnAndOff() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-commands-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.path()
    #expect(try Program.run("admin", "instance", "create", "--data", data, "--id", "own", "--name", "Own").status == 0)
    #expect(
      try Program.run("admin", "instance", "create", "--data", data, "--id", "box", "--name", "Box", "--sandbox").status
        == 0)
    let on = try feature("subscribe", "own", "your-garage", data)
    #expect(on.status == 0)
    #expect(on.text.contains("own: your-garage is on"))
    let list = try Program.run("admin", "feature", "list", "--instance", "own", "--data", data)
    #expect(list.text.contains("your-garage\ton\tAmazon Your Garage\tamazon_your_garage\n"))
    #expect(list.text.contains("retail-purchases\toff\t"))
    let off = try feature("unsubscribe", "own", "your-garage", data)
    #expect(off.text.contains("own: your-garage is off"))
    for (instance, name, text) in [
      ("own", "your-garag", "Did you mean `your-garage`?"),
      ("other", "your-garage", "There is no instance of that id. `adyton admin instance list`"),
      ("box", "your-garage", "is a sandbox, which has all paid features"),
    ] {
      let output = try feature("subscribe", instance, name, data)
      #expect(output.status == 1)
      #expect(output.errors.contains(text), "\(instance) \(name)")
    }
  }
}
