import ArgumentParser

/// Names that commands of `adyton admin` had before they were grouped. They go on working, and no help shows them.
enum AdminShortcuts {
  static let all: [any ParsableCommand.Type] = [
    CreateInstance.self, ListInstances.self, SetBucket.self, ListFeatures.self, Subscribe.self, Unsubscribe.self,
    CreateClient.self,
  ]

  private static func configuration(_ name: String) -> CommandConfiguration {
    CommandConfiguration(commandName: name, shouldDisplay: false)
  }

  struct CreateInstance: AsyncParsableCommand {
    static let configuration = AdminShortcuts.configuration("create-instance")
    @OptionGroup var command: InstanceCommand.Create
    func run() async throws { try await command.run() }
  }

  struct ListInstances: AsyncParsableCommand {
    static let configuration = AdminShortcuts.configuration("list-instances")
    @OptionGroup var command: InstanceCommand.List
    func run() async throws { try await command.run() }
  }

  struct SetBucket: AsyncParsableCommand {
    static let configuration = AdminShortcuts.configuration("set-bucket")
    @OptionGroup var command: AdminCommand.SetBucket
    func run() async throws { try await command.run() }
  }

  struct ListFeatures: AsyncParsableCommand {
    static let configuration = AdminShortcuts.configuration("list-features")
    @OptionGroup var command: ListFeaturesCommand
    func run() async throws { try await command.run() }
  }

  struct Subscribe: AsyncParsableCommand {
    static let configuration = AdminShortcuts.configuration("subscribe")
    @OptionGroup var command: SubscribeCommand
    func run() async throws { try await command.run() }
  }

  struct Unsubscribe: AsyncParsableCommand {
    static let configuration = AdminShortcuts.configuration("unsubscribe")
    @OptionGroup var command: UnsubscribeCommand
    func run() async throws { try await command.run() }
  }

  struct CreateClient: AsyncParsableCommand {
    static let configuration = AdminShortcuts.configuration("create-client")
    @OptionGroup var command: ClientCommand.Create
    func run() async throws { try await command.run() }
  }
}
