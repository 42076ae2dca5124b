@testable import AdsAPI
import Metadata

/// The regions of host names, as the server reads them.
enum HostNames {
  static func region(_ host: String) -> Region? { Regions.region(host: host) }
}
