"""The words for what the keeping of accounts notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("person.added", "Person added", "added a person"),
    DeedWords("person.changed", "Person changed", "changed the details of a person"),
    DeedWords("person.enabled", "Account opened again", "opened an account again"),
    DeedWords("person.disabled", "Account closed", "closed an account"),
    DeedWords("person.manager_changed", "Manager changed", "named another manager"),
    DeedWords("person.link_issued", "Link to sign in issued", "made a link or a code to sign in with"),
    DeedWords("person.password_set", "Password set", "set a password"),
    DeedWords("person.password_changed", "Password changed", "changed the password"),
    DeedWords("person.pin_set", "PIN set", "set a PIN"),
    DeedWords("person.pin_changed", "PIN changed", "changed the PIN"),
    DeedWords("person.pin_reset", "PIN reset", "reset a PIN"),
    DeedWords("person.pin_blocked", "PIN blocked for a while", "blocked a PIN for a while"),
    DeedWords("person.pin_locked", "PIN locked", "locked a PIN"),
    DeedWords("person.signed_in", "Signed in", "signed in"),
    DeedWords("person.signed_out", "Signed out", "signed out"),
    DeedWords("sign_in.failed", "Sign-in failed", "tried to sign in and failed"),
    DeedWords("sign_in.blocked", "Sign-in blocked", "was kept from signing in for a while"),
    DeedWords("signature.failed", "Proof of identity failed", "could not prove who they are"),
    DeedWords("role.given", "Role given", "gave a role"),
    DeedWords("role.withdrawn", "Role withdrawn", "withdrew a role"),
    DeedWords("absence.planned", "Absence planned", "planned an absence"),
    DeedWords("absence.cancelled", "Absence cancelled", "cancelled an absence"),
)
