import Base
import CleanRoom
import Foundation
import ServerTestSupport
import Testing

/// Bodies of data upload requests.
enum DataSetBody {
  /// A column as JSON.
  static func column(_ name: String, _ dataType: String = "STRING", _ more: String = "") -> String {
    #"{"name": "\#(name)", "dataType": "\#(dataType)", "columnType": "DIMENSION"\#(more.isEmpty ? "" : ", ")\#(more)}"#
  }

  static let email = column("email_hash", "STRING", #""externalUserIdType": {"hashedPii": "EMAIL"}"#)
  static let time = column("bought_at", "TIMESTAMP", #""isMainEventTime": true"#)

  /// A data set with facts about people, with other columns if a test needs them.
  static func purchases(
    id: String = "purchases", columns: [String] = [email, time, column("shop")], more: String = ""
  ) -> String {
    #"{"dataSetId": "\#(id)", "columns": [\#(columns.joined(separator: ", "))]\#(more)}"#
  }

  /// A dimension without people.
  static func shops(id: String = "shops") -> String {
    #"{"dataSetId": "\#(id)", "columns": [\#(column("shop")), \#(column("city"))]}"#
  }

  /// An upload of one file.
  static func upload(
    source: String = #"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "in/file.csv"}"#,
    strategy: String = "ADDITIVE", compression: String = "NONE", format: String = #"{"csvDataFormat": {}}"#,
    more: String = ""
  ) -> String {
    """
    {"updateStrategy": "\(strategy)", "compressionFormat": "\(compression)", "dataSource": \(source),
     "fileFormat": \(format)\(more)}
    """
  }
}

extension APIClient {
  func createDataSet(_ body: String = DataSetBody.purchases()) async throws {
    let answer = try await ownData(.post, "/dataSets", body: body)
    #expect(answer.status == 200, "\(answer.body)")
  }
}

extension Answer {
  /// The names of a data set's columns.
  var columnNames: [String] { self["dataSet", "columns"].elements.map { $0["name"].stringValue ?? "" } }

  /// The column with the name.
  func column(_ name: String) -> JSONValue {
    self["dataSet", "columns"].elements.first { $0["name"].stringValue == name } ?? .null
  }
}

extension JSONValue {
  /// The text of a string.
  var stringValue: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}
