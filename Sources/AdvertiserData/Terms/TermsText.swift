/// The terms that a client accepts before it brings its own data.
enum TermsText {
  /// The version of the text, raised with every change. Clients that accepted an earlier one are asked again.
  static let version = 1

  static let content = """
    <h1>Terms for bringing data to this clean room</h1>
    <p>Whoever accepts these terms declares, for the advertiser that the data belongs to:</p>
    <ol>
    <li>The data was collected lawfully, people were told what it is used for, and they agreed where the law asks for it.</li>
    <li>Identifiers of people are normalised and hashed before they are sent. The clean room matches them once and keeps \
    only the keys that it makes from them.</li>
    <li>The data holds nothing about children, health or other matters that the law protects in particular.</li>
    <li>When a person withdraws an agreement or asks to be forgotten, the advertiser sends the deletion without delay.</li>
    </ol>
    <p>The operator of the clean room uses the data for the advertiser's own queries and audiences, and for nothing else.</p>
    """
}
