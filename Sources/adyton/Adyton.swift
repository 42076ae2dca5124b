import ArgumentParser

/// The command line: `adyton <command>`.
@main
struct Adyton: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adyton",
    abstract: "A clean room for advertising signals that speaks the Amazon Marketing Cloud API.",
    subcommands: [ServeCommand.self, CheckCommand.self])
}
