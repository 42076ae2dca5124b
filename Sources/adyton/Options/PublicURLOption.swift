import ArgumentParser
import Foundation

/// The URL at which people and clients reach the server.
struct PublicURLOption: ParsableArguments {
  @Option(
    name: .customLong("public-url"),
    help: "The URL at which the server is reached, for links and URLs in responses (ADYTON_PUBLIC_URL).")
  var url = Setting("ADYTON_PUBLIC_URL")

  func validate() throws {
    _ = try value
  }

  /// The URL as it was given; nil where none was.
  var value: String? {
    get throws {
      try url.parsed("--public-url", "a URL such as https://amc.example.com") {
        URL(string: $0)?.host() == nil ? nil : $0
      }
    }
  }
}
