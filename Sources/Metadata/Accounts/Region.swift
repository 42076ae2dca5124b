/// The regions of the advertising API: each has hosts, terms and marketplaces of its own.
package enum Region: String, StoredChoice {
  case northAmerica = "NA"
  case europe = "EU"
  case farEast = "FE"
}
