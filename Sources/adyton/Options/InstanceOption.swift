import ArgumentParser

/// The instance that a command is about.
struct InstanceOption: ParsableArguments {
  @Option(name: .customLong("instance"), help: InstanceOption.help)
  var id: String

  /// The help of `--instance` wherever it names an instance that there is.
  static let help = ArgumentHelp("The id of the instance.", valueName: "instance")
}
