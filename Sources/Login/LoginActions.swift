package import Metadata

extension AuditAction {
  package static let rotateSecret = AuditAction("client.rotateSecret")
  package static let approveClient = AuditAction("client.approve")
  package static let setReturnURLs = AuditAction("client.returnURLs")
  package static let deleteClient = AuditAction("client.delete")
  package static let revokeTokens = AuditAction("tokens.revoke")
  package static let allowClient = AuditAction("client.allow")
  package static let createUser = AuditAction("user.create")
  package static let makePasswordLink = AuditAction("user.passwordLink")
  package static let setPassword = AuditAction("user.password")
  package static let acceptUserTerms = AuditAction("user.terms")
  package static let addMember = AuditAction("member.create")
  package static let setRole = AuditAction("member.role")
  package static let removeMember = AuditAction("member.delete")
  package static let setCreator = AuditAction("account.creator")
  package static let completeOnboarding = AuditAction("account.onboard")
  package static let createInvitation = AuditAction("invitation.create")
  package static let resendInvitation = AuditAction("invitation.resend")
  package static let revokeInvitation = AuditAction("invitation.revoke")
  package static let makeInvitationLink = AuditAction("invitation.link")
  package static let redeemInvitation = AuditAction("invitation.redeem")
}
