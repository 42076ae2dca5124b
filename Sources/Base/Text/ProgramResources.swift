/// The files that come with the program, in its bundles.
package enum ProgramResources {
  /// The value that is read from resources. The program cannot run without them. If they are missing or damaged, it
  /// ends and names the file and the line.
  package static func load<Value>(_ read: () throws -> Value) -> Value {
    do {
      return try read()
    } catch {
      fatalError("The program's resources can't be read: \(error)")
    }
  }
}
