import Base
import Foundation
import Metadata

/// The shapes of campaigns, ad groups and targets, from the published OpenAPI files "AdsAPIv1DSP", "SponsoredProducts",
/// "SponsoredBrandsV4" and "SponsoredDisplay".
enum EntityShapes {
  /// The largest number of characters of an identifier that is not ours.
  static let identifierLengthLimit = 64
  /// The largest number of characters of an audience's id.
  static let audienceIDLengthLimit = 20

  static let identifier = JSONSchema.text(1...identifierLengthLimit)
  static let audienceID = JSONSchema.text(1...audienceIDLengthLimit)
  static let largestAmount = Decimal(1_000_000_000)
  /// The possible budgets of sponsored ads, in the marketplace's currency; more than zero.
  static let budget = JSONSchema.number(Decimal(sign: .plus, exponent: -2, significand: 1)...largestAmount)
  /// The possible bids of sponsored ads: the smallest one of the marketplaces in dollars, and a largest one of our own.
  static let bid = JSONSchema.number(Decimal(sign: .plus, exponent: -2, significand: 2)...Decimal(1_000_000))

  /// - Parameter isNew: Whether all members that a new one needs are required, or only those to be changed.
  static func shape(of kind: AdvertisingEntityRecord.Kind, isNew: Bool) -> JSONSchema {
    let fields =
      switch kind {
      case .dspCampaign: DSPShapes.campaign(isNew)
      case .dspLineItem: DSPShapes.lineItem(isNew)
      case .productsCampaign: SponsoredShapes.productsCampaign(isNew)
      case .productsAdGroup: SponsoredShapes.productsAdGroup(isNew)
      case .brandsCampaign: SponsoredShapes.brandsCampaign(isNew)
      case .displayCampaign: DisplayShapes.campaign(isNew)
      case .displayAdGroup: DisplayShapes.adGroup(isNew)
      case .displayTarget: DisplayShapes.target(isNew)
      }
    let id = JSONSchema.Field.required(kind.idName, kind.hasNumericID ? .integer(1...Int64.max) : identifier)
    return .object(isNew ? fields : fields + [id])
  }

  /// The members of an element of a request as they are meant, or the problems of its shape.
  static func read(
    _ element: JSONValue, as kind: AdvertisingEntityRecord.Kind, isNew: Bool, at path: String
  ) -> Result<[String: JSONValue], FieldErrors> {
    let shape = shape(of: kind, isNew: isNew)
    let element = shape.tidied(element, at: path).replacing("expression") {
      JSONSchema.array(DisplayShapes.audience, DisplayShapes.expressionCounts).tidied($0, at: "\(path).expression")
    }
    let problems = shape.problems(of: element, at: path)
    return problems.isEmpty ? .success(element.withoutNulls.objectMembers) : .failure(FieldErrors(problems))
  }
}

extension JSONSchema.Field {
  /// A member that a new one needs; an update may leave it out.
  static func needed(_ isNew: Bool, _ name: String, _ shape: JSONSchema) -> Self {
    isNew ? .required(name, shape) : .optional(name, shape)
  }
}

extension JSONSchema {
  /// Members that only a new one may have.
  static func fixed(_ isNew: Bool, _ fields: Field...) -> [Field] { isNew ? fields : [] }
}
