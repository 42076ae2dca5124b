package import Metadata

/// The differences between the kinds of campaigns, ad groups and targets, besides their shapes.
extension AdvertisingEntityRecord.Kind {
  /// The name of the member with its id.
  package var idName: String {
    switch self {
    case .dspCampaign, .productsCampaign, .brandsCampaign, .displayCampaign: "campaignId"
    case .dspLineItem, .productsAdGroup, .displayAdGroup: "adGroupId"
    case .displayTarget: "targetId"
    }
  }

  /// The kind that it belongs to, one level higher; nil for a campaign.
  var parentKind: Self? {
    switch self {
    case .dspLineItem: .dspCampaign
    case .productsAdGroup: .productsCampaign
    case .displayAdGroup: .displayCampaign
    case .displayTarget: .displayAdGroup
    case .dspCampaign, .productsCampaign, .brandsCampaign, .displayCampaign: nil
    }
  }

  /// Whether ids are numbers in requests and responses.
  package var hasNumericID: Bool {
    switch self {
    case .displayCampaign, .displayAdGroup, .displayTarget: true
    case .dspCampaign, .dspLineItem, .productsCampaign, .productsAdGroup, .brandsCampaign: false
    }
  }

  /// Whether two of one parent can't have the same name.
  var hasUniqueNames: Bool {
    switch self {
    case .productsCampaign, .productsAdGroup, .brandsCampaign, .displayCampaign, .displayAdGroup: true
    case .dspCampaign, .dspLineItem, .displayTarget: false
    }
  }

  /// Whether an update also checks the campaign and the audience that it does not name.
  var checksAllReferences: Bool {
    switch self {
    case .dspCampaign, .productsCampaign, .productsAdGroup, .brandsCampaign, .displayCampaign, .displayAdGroup: true
    case .dspLineItem, .displayTarget: false
    }
  }

  /// Whether an update replaces members of objects one by one, not the object as a whole.
  var mergesObjects: Bool { self != .dspLineItem }

  /// The number of digits of ids.
  var idDigits: Int {
    switch self {
    case .dspCampaign, .dspLineItem: 18
    case .productsCampaign, .productsAdGroup, .brandsCampaign, .displayCampaign, .displayAdGroup, .displayTarget: 15
    }
  }

  /// The word of the API for a state.
  package func text(of state: AdvertisingEntityRecord.State) -> String {
    hasNumericID ? state.rawValue.lowercased() : state.rawValue
  }
}
