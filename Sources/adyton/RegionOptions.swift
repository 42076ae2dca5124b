import ArgumentParser
import Metadata

extension Region: ExpressibleByArgument {}

/// Which region of the advertising API a server is.
struct RegionOptions: ParsableArguments {
  @Option(
    help: """
      The region that the server is, NA, EU or FE: it shows the accounts of that region alone (ADYTON_REGION). Without \
      it, the published host names of the regions say so where clients use them, and all accounts are shown elsewhere.
      """)
  var region: Region?

  /// nil where the host name of a request says it.
  var configured: Region? { region ?? Environment.text("ADYTON_REGION").flatMap { Region(rawValue: $0.uppercased()) } }

  func validate() throws {
    guard Environment.text("ADYTON_REGION") == nil || configured != nil else {
      throw ValidationError("ADYTON_REGION must be NA, EU or FE.")
    }
  }
}
