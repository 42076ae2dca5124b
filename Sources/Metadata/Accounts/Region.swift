/// The regions of the advertising API. Each has its own hosts, terms and marketplaces.
package enum Region: String, StoredChoice {
  case northAmerica = "NA"
  case europe = "EU"
  case farEast = "FE"
}
