public import ArgumentParser
import Warehouse

/// The encoding of text files.
public struct EncodingOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The encoding of text: utf-8, utf-16, windows-1252 (latin-1), shift_jis, gb18030 and others.",
      valueName: "name"),
    transform: Self.read)
  var encoding: TextEncoding = .utf8

  public init() {}

  private static func read(_ name: String) throws -> TextEncoding {
    guard let encoding = TextEncoding(name: name) else {
      throw ValidationError("--encoding takes one of \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return encoding
  }
}

extension LoadRefusal {
  /// The refusal for a person at a shell, who can say the encoding of a file.
  var textForShell: String {
    guard problems.contains(where: \.isOfEncoding) else { return description }
    return description + "\nSay with --encoding what the text is in, such as --encoding windows-1252."
  }
}
