import ArgumentParser

/// `adyton migrate`: help for those who come from the retired instance-level API.
struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Find calls of the retired instance-level API, and correct bucket policies.",
    discussion: "Workflows, schedules and data sets come over with `adyton import`.",
    subcommands: [MigratePlanCommand.self, MigratePolicyCommand.self])
}
