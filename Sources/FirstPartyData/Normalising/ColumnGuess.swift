/// The probable content of a column of a customer file, guessed from its name.
public enum ColumnGuess: Sendable, Hashable {
  case identifier(IdentifierKind)
  case country

  /// A guess by the usual names in English, German, French, Spanish and Italian; nil if the name says nothing.
  public init?(columnName: String) {
    let name = columnName.lowercased().unicodeScalars.filter(\.isLetterOrNumber).map(String.init).joined()
    let plain = ["hashed", "sha256", "customer", "user"].reduce(name) { $1 == $0 ? $0 : $0.replacing($1, with: "") }
    guard let guess = Self.byName[name] ?? Self.byName[plain] else { return nil }
    self = guess
  }

  private static let byName: [String: ColumnGuess] = {
    var guesses: [String: ColumnGuess] = [:]
    for (kind, names) in names {
      for name in names.split(separator: " ") { guesses[String(name)] = .identifier(kind) }
    }
    for name in "country countrycode countryiso land ländercode pays paese país pais".split(separator: " ") {
      guesses[String(name)] = .country
    }
    return guesses
  }()

  private static let names: [(IdentifierKind, String)] = [
    (.email, "email mail emailaddress mailaddress emailadresse courriel correo correoelectronico"),
    (
      .phone,
      "phone phonenumber mobile mobilephone mobilenumber cell cellphone telephone telephonenumber tel telefon handy "
        + "telefonnummer mobil téléphone teléfono telefono"
    ),
    (.firstName, "firstname fname givenname forename vorname prénom prenom nombre"),
    (.lastName, "lastname lname surname familyname nachname nomdefamille apellido apellidos cognome"),
    (
      .address,
      "address address1 addressline1 streetaddress street adresse anschrift strasse straße rue dirección direccion "
        + "indirizzo"
    ),
    (.city, "city town ort stadt ville ciudad città citta"),
    (.state, "state province region statecode bundesland provincia"),
    (.zip, "zip zipcode zip5 postcode postalcode plz postleitzahl codepostal codigopostal cap"),
    (.mobileAdvertisingID, "maid mobileadid mobileadvertisingid idfa gaid aaid adid advertisingid"),
    (.liveRamp, "liveramp rampid liverampid"),
    (.experian, "experian experianid"),
  ]
}
