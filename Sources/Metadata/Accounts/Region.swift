/// The regions of the advertising API: each has hosts, terms and marketplaces of its own.
package enum Region: String, Sendable, Hashable, Codable, CaseIterable {
  case northAmerica = "NA"
  case europe = "EU"
  case farEast = "FE"
}
