/// Delivery for servers on which no instance has a bucket.
package struct NoDelivery: ResultDelivery {
  package init() {}

  package func deliver(_ result: DeliverableResult) -> DeliveryOutcome {
    .unavailable(reason: "The instance has no bucket.")
  }
}
