/// What comes with the program, in its bundles.
package enum ProgramResources {
  /// The value that is made of resources. Without them there is nothing to run: where they are missing or damaged, the
  /// program ends, and says which file and line it is.
  package static func load<Value>(_ read: () throws -> Value) -> Value {
    do {
      return try read()
    } catch {
      fatalError("The program's resources can't be read: \(error)")
    }
  }
}
