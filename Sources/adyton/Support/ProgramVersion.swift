/// The version of the program, which its package has as well.
enum ProgramVersion {
  static let current = "0.9.0"
}
