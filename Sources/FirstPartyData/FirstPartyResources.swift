public import Foundation

/// The files that this target reads at its first use of them.
public enum FirstPartyResources {
  /// Their folder, for processes that may open no other.
  public static var folder: URL { Bundle.module.resourceURL ?? Bundle.module.bundleURL }
}
