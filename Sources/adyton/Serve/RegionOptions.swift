import ArgumentParser
import Metadata

/// The region of the advertising API that a server is.
struct RegionOptions: ParsableArguments {
  @Option(
    help: """
      The region that the server is: it shows the accounts of that region alone (ADYTON_REGION). Without it, the \
      published host names of the regions say so where clients use them, and all accounts are shown elsewhere.
      """)
  var region = OptionalSetting<Region>("ADYTON_REGION")

  func validate() throws {
    _ = try configured
  }

  /// nil where the host name of a request says it.
  var configured: Region? {
    get throws { try region.value }
  }
}
