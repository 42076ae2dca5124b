import ArgumentParser

/// The data folder of a command.
struct FolderOptions: ParsableArguments {
  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).", completion: .directory)
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  /// The folder, which is made where there is none.
  func open() throws -> DataFolder {
    try DataFolder(path: data)
  }
}
