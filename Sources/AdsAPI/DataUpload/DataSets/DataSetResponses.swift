import AdvertiserData
import CleanRoom
import FirstPartyData
import Warehouse

/// What requests about data sets are answered with, as the published API has it.
enum DataSetResponses {
  struct Single: Encodable {
    let dataSet: Definition

    init(_ dataSet: DataSet) {
      self.dataSet = Definition(dataSet)
    }
  }

  struct List: Encodable {
    let dataSets: [Definition]
    let nextToken: String?
  }

  /// What a data set is known by.
  struct Identifiers: Encodable {
    let dataSetId: String
    let instanceId: String
  }

  struct Definition: Encodable {
    let columns: [ColumnDefinition]
    let countryCode: String?
    let dataSetId: String
    let description: String?
    /// Not there for a dimension, which is one partition.
    let period: String?

    init(_ dataSet: DataSet) {
      let schema = dataSet.definition.schema
      columns = schema.columns.map(ColumnDefinition.init)
      countryCode = schema.countryCode
      dataSetId = dataSet.id
      description = dataSet.definition.description
      period = schema.isFact ? schema.period.rawValue : nil
    }
  }

  struct ColumnDefinition: Encodable {
    let columnType: String
    let consentType: String?
    let dataType: String
    let description: String?
    let externalUserIdType: ExternalUserIDType?
    let isCountryCode: Bool
    let isMainEventTime: Bool
    let isMainUserId: Bool
    let isMainUserIdType: Bool
    let name: String
    let nullable: Bool
    let requiresOneWayHashing = false

    init(_ column: DataSetColumn) {
      columnType = column.kind.rawValue
      consentType = column.consent?.rawValue.uppercased()
      dataType = column.dataType.rawValue
      description = column.description
      externalUserIdType = column.identifier.map(ExternalUserIDType.init)
      isCountryCode = column.role == .countryCode
      isMainEventTime = column.role == .mainEventTime
      isMainUserId = column.role == .mainUserID
      isMainUserIdType = column.role == .mainUserIDType
      name = column.name
      nullable = column.isNullable
    }
  }

  /// What a column's people are found by: one of both.
  struct ExternalUserIDType: Encodable {
    let externalIdentity: String?
    let hashedPii: String?

    init(_ kind: IdentifierKind) {
      externalIdentity = kind.isHashed ? nil : kind.rawValue
      hashedPii = kind.isHashed ? kind.rawValue : nil
    }
  }
}
