import AdsAPI
import ArgumentParser
import Foundation

/// The origins whose pages may call the API from a browser.
struct OriginOptions: ParsableArguments {
  @Option(
    name: .customLong("cors-origin"),
    help: """
      An origin whose pages may call the API from a browser, such as https://app.example.com; more than once for more \
      of them (ADYTON_CORS_ORIGINS, with commas between them).
      """)
  var given: [String] = []

  func validate() throws {
    _ = try origins
  }

  /// The origins as browsers write them.
  var origins: [String] {
    get throws {
      let isGiven = !given.isEmpty
      let texts =
        isGiven ? given : Environment.text("ADYTON_CORS_ORIGINS")?.split(separator: ",").map(String.init) ?? []
      return try texts.map { text in
        guard let origin = WebOrigin(text.trimmingCharacters(in: .whitespaces)) else {
          throw ValidationError(
            "\(isGiven ? "--cors-origin" : "ADYTON_CORS_ORIGINS") must be an origin such as https://app.example.com.")
        }
        return origin.text
      }
    }
  }
}
