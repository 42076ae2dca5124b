import Catalog

/// The uploads of the adversary, who knows the people by name and chose every value. They are the same in all worlds.
enum WorldUploads {
  /// A list of everybody with a `user_id`, with their name and a different weight for each.
  static let list = DataSource.uploaded(
    name: "list",
    columns: [
      UploadedColumn(name: "user_id", type: .string, kind: .dimension),
      UploadedColumn(name: "user_id_type", type: .string, kind: .dimension),
      UploadedColumn(name: "person", type: .string, kind: .dimension),
      UploadedColumn(name: "mark", type: .string, kind: .dimension),
      UploadedColumn(name: "weight", type: .bigint, kind: .metric),
    ], userColumn: "user_id", userTypeColumn: "user_id_type", eventTimeColumn: nil)

  /// The same list without the victim.
  static let listWithoutVictim = DataSource.uploaded(
    name: "list_without_victim",
    columns: [UploadedColumn(name: "user_id", type: .string, kind: .dimension)], userColumn: "user_id",
    eventTimeColumn: nil)

  /// A guess at each sensitive value, about nobody.
  static let guesses = DataSource.uploaded(
    name: "guesses",
    columns: [
      UploadedColumn(name: "kind", type: .string, kind: .dimension),
      UploadedColumn(name: "guess", type: .string, kind: .dimension),
    ], userColumn: nil, eventTimeColumn: nil)

  static let all = [list, listWithoutVictim, guesses]

  /// The data sources that queries may name.
  static let catalogue: Catalogue = {
    var catalogue = Catalogue.standard
    for source in all { catalogue.add(source) }
    return catalogue
  }()

  static let tables = [
    WorldTables.Table(
      name: list.name, rows: "range(1, 591) a(u)",
      columns: [
        "user_id": "u", "user_id_type": "'adUserId'", "person": "'person ' || u",
        "mark": "CASE WHEN u = 77 THEN 'victim' ELSE 'others' END",
        "weight": "1000000 + CASE WHEN u = 77 THEN 1 ELSE 0 END",
      ]),
    WorldTables.Table(
      name: listWithoutVictim.name, rows: "(SELECT u FROM range(1, 591) a(u) WHERE u <> 77) AS people(u)",
      columns: ["user_id": "u"]),
    WorldTables.Table(
      name: guesses.name,
      rows: "(VALUES ('postal', '990'), ('city', 'Avalon')) AS people(k, v)",
      columns: ["kind": "k", "guess": "v"]),
  ]
}
