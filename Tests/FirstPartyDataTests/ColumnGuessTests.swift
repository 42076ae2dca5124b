import Testing

@testable import FirstPartyData

/// Headers as shops, address books and customer databases write them.
@Suite struct ColumnGuessTests {
  /// A header, with the content of each column that is to be recognised; `-` for the others.
  static let headers: [(String, String)] = [
    ("Prénom,Nom,Adresse e-mail,Téléphone,Code postal,Ville", "FIRST_NAME,LAST_NAME,EMAIL,PHONE,ZIP,CITY"),
    (
      "Nombre,Apellidos,Correo electrónico,Teléfono móvil,Código postal,Ciudad,Dirección,País",
      "FIRST_NAME,LAST_NAME,EMAIL,PHONE,ZIP,CITY,ADDRESS,COUNTRY"
    ),
    (
      "Nome,Cognome,E-mail,Telefono,CAP,Città,Indirizzo,Provincia",
      "FIRST_NAME,LAST_NAME,EMAIL,PHONE,ZIP,CITY,ADDRESS,STATE"
    ),
    (
      "Vorname,Nachname,E-Mail-Adresse,Mobilnummer,Straße und Hausnummer,PLZ,Ort,Land",
      "FIRST_NAME,LAST_NAME,EMAIL,PHONE,ADDRESS,ZIP,CITY,COUNTRY"
    ),
    (
      "Voornaam,Achternaam,E-mailadres,Telefoonnummer,Straat en huisnummer,Postcode,Woonplaats,Land",
      "FIRST_NAME,LAST_NAME,EMAIL,PHONE,ADDRESS,ZIP,CITY,COUNTRY"
    ),
    (
      "Nome,Sobrenome,Endereço de e-mail,Telemóvel,Morada,Código postal,Cidade,País",
      "FIRST_NAME,LAST_NAME,EMAIL,PHONE,ADDRESS,ZIP,CITY,COUNTRY"
    ),
    (
      "Imię,Nazwisko,Adres e-mail,Numer telefonu,Ulica,Kod pocztowy,Miejscowość,Kraj",
      "FIRST_NAME,LAST_NAME,EMAIL,PHONE,ADDRESS,ZIP,CITY,COUNTRY"
    ),
    ("姓,名,メールアドレス,電話番号,郵便番号,都道府県,市区町村,住所", "LAST_NAME,FIRST_NAME,EMAIL,PHONE,ZIP,STATE,CITY,ADDRESS"),
    // Google Contacts
    (
      "First Name,Last Name,Nickname,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
        + "Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code,"
        + "Address 1 - Country",
      "FIRST_NAME,LAST_NAME,-,-,EMAIL,-,PHONE,-,ADDRESS,CITY,STATE,ZIP,COUNTRY"
    ),
    // Shopify
    (
      "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        + "Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,"
        + "Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Total Spent",
      "-,FIRST_NAME,LAST_NAME,EMAIL,-,-,ADDRESS,-,CITY,STATE,COUNTRY,ZIP,PHONE,PHONE,-"
    ),
    // Salesforce
    (
      "Contact ID,FirstName,LastName,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,"
        + "Mailing Country,MobilePhone,Email",
      "-,FIRST_NAME,LAST_NAME,ADDRESS,CITY,STATE,ZIP,COUNTRY,PHONE,EMAIL"
    ),
    // HubSpot
    (
      "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Street Address,City,State/Region,"
        + "Postal Code,Country/Region,Lifecycle Stage",
      "-,FIRST_NAME,LAST_NAME,EMAIL,PHONE,PHONE,ADDRESS,CITY,STATE,ZIP,COUNTRY,-"
    ),
    // Klaviyo and Mailchimp
    (
      "Email,Klaviyo ID,$first_name,$last_name,$phone_number,Email Marketing Consent",
      "EMAIL,-,FIRST_NAME,LAST_NAME,PHONE,-"
    ),
    (
      "Email Address,First Name,Last Name,Address,Phone Number,MEMBER_RATING",
      "EMAIL,FIRST_NAME,LAST_NAME,ADDRESS,PHONE,-"
    ),
    // WooCommerce, Amazon's order reports, Etsy
    (
      "order_id,billing_first_name,billing_last_name,billing_email,billing_phone,billing_address_1,billing_postcode,"
        + "billing_city,billing_state,billing_country",
      "-,FIRST_NAME,LAST_NAME,EMAIL,PHONE,ADDRESS,ZIP,CITY,STATE,COUNTRY"
    ),
    (
      "order-id,buyer-email,buyer-name,buyer-phone-number,ship-address-1,ship-city,ship-state,ship-postal-code,"
        + "ship-country",
      "-,EMAIL,-,PHONE,ADDRESS,CITY,STATE,ZIP,COUNTRY"
    ),
    ("Sale Date,Ship City,Ship State,Ship Zipcode,Ship Country,Order Total", "-,CITY,STATE,ZIP,COUNTRY,-"),
    // Lead forms of Meta
    (
      "id,created_time,ad_id,ad_name,adset_id,campaign_id,form_id,is_organic,platform,full_name,email,phone_number",
      "-,-,-,-,-,-,-,-,-,-,EMAIL,PHONE"
    ),
    ("Ad ID,ad id,AD-ID,adId,Customer Ad ID", "-,-,-,-,-"),
    ("adid,IDFA,Mobile Advertising ID,hashedEmail,emailsha256,customer_phone", "MAID,MAID,MAID,EMAIL,EMAIL,PHONE"),
    ("Nom,Ville", "-,CITY"), ("Nome,Email", "-,EMAIL"), ("IP Address,Address 2,Store ID,Page", "-,-,-,-"),
  ]

  @Test(arguments: headers) func columnsAreRecognised(header: String, contents: String) {
    let names = header.split(separator: ",").map(String.init)
    let found = names.map { name in
      switch ColumnGuess(columnName: name, among: names) {
      case .identifier(let kind): kind.rawValue
      case .country: "COUNTRY"
      case nil: "-"
      }
    }
    #expect(found.joined(separator: ",") == contents)
  }
}
