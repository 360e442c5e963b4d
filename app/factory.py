"""Builds the Flask application: storage, presentation, blueprints. Wired by explicit lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import lifecycles, web
from app.accounts.handover import Handover
from app.actions import registers as actions
from app.admin.calendars import routes as admin_calendars
from app.admin.chains import deeds as admin_chains
from app.admin.definitions import routes as admin_definitions
from app.admin.exposure import routes as admin_exposure
from app.admin.faults import routes as admin_faults
from app.admin.handover import routes as admin_handover
from app.admin.handover.holdings import holdings_of
from app.admin.libraries import routes as admin_libraries
from app.admin.organisation import routes as admin_organisation
from app.admin.overview import routes as admin
from app.admin.people import routes as admin_people
from app.admin.reminders import routes as admin_reminders
from app.admin.settings import routes as admin_settings
from app.approvals import registers as approval_registers
from app.approvals import routes as approvals
from app.audits import finding_registers
from app.audits import finding_routes as findings
from app.audits import registers as audit_registers
from app.audits import routes as audits
from app.capa import registers as capa_registers
from app.capa import routes as capa
from app.dashboard import routes as dashboard
from app.documents import registers as documents
from app.documents import routes as document_pages
from app.evidence import routes as evidence
from app.evidence import trail_routes as trail_pages
from app.evidence.destruction import registers as destructions
from app.evidence.packs import routes as evidence_packs
from app.evidence.reviews import registers as trail_reviews
from app.evidence.rooms import guest_routes as audit_room
from app.evidence.rooms import owner_routes as audit_rooms
from app.foundation.db import db, engine_options, prepare_engine
from app.improvements import registers as improvements
from app.inbox import routes as inbox
from app.indicators import routes as indicators
from app.insight import routes as insight
from app.library import routes as controlled_copies
from app.management_review import registers as review_registers
from app.management_review import routes as review_packs
from app.notifications import routes as notifications
from app.patterns import routes as patterns
from app.process_map import registers as process_map_registers
from app.process_map import routes as process_map
from app.records.register import Register
from app.records.routes import use_registers
from app.risks import registers as risks
from app.risks import routes as risk_pages
from app.training import routes as training
from app.training import training_registers
from app.training.acknowledgements import refresh_person, release_person
from app.trends import registers as trends
from app.trends import routes as trend_pages
from app.web import Kit, NavigationItem, account, guards, health, login, text
from app.web.guards import check_every_route_declares_a_permission, guard_routes
from app.web.navigation import ASSURE, CONTROL, IMPROVE, INSIGHT, SETUP
from app.web.request_ids import name_requests
from app.web.sessions import carry_sessions
from app.web.upload_limits import bound_requests
from app.workflow.engine import assert_depth_lifted, lift_depth_limit
from app.workflow.handover import release_claims, reroute_emptied

if TYPE_CHECKING:
    from config import Config

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.blueprint,
    login.blueprint,
    account.blueprint,
    text.blueprint,
    admin.blueprint,
    admin_people.blueprint,
    admin_handover.blueprint,
    admin_organisation.blueprint,
    admin_calendars.blueprint,
    admin_settings.blueprint,
    admin_chains.blueprint,
    admin_reminders.blueprint,
    admin_exposure.blueprint,
    admin_definitions.blueprint,
    admin_faults.blueprint,
    admin_libraries.blueprint,
    approvals.blueprint,
    *inbox.BLUEPRINTS,
    *capa.BLUEPRINTS,
    *risk_pages.BLUEPRINTS,
    patterns.blueprint,
    trail_pages.blueprint,
    evidence.blueprint,
    evidence_packs.blueprint,
    audit_room.blueprint,
    audit_rooms.blueprint,
    review_packs.blueprint,
    indicators.blueprint,
    dashboard.blueprint,
    insight.blueprint,
    *audits.BLUEPRINTS,
    *findings.BLUEPRINTS,
    *document_pages.BLUEPRINTS,
    controlled_copies.blueprint,
    *process_map.BLUEPRINTS,
    *training.BLUEPRINTS,
    *trend_pages.BLUEPRINTS,
    notifications.blueprint,
)
REGISTERS: tuple[Register, ...] = (
    *capa_registers.REGISTERS,
    actions.ACTIONS,
    actions.EXTENSIONS,
    *risks.REGISTERS,
    *audit_registers.REGISTERS,
    finding_registers.FINDINGS,
    *improvements.REGISTERS,
    *trends.REGISTERS,
    *documents.REGISTERS,
    *training_registers.REGISTERS,
    process_map_registers.REVIEWS,
    review_registers.REVIEWS,
    trail_reviews.REVIEWS,
    destructions.DESTRUCTIONS,
    approval_registers.PUBLICATIONS,
)
NAVIGATION: tuple[NavigationItem, ...] = (
    *inbox.NAVIGATION,
    NavigationItem(
        "nonconformities",
        "Nonconformities",
        "nonconformity.listing",
        icon="alert-hexagon",
        group=IMPROVE,
        permission="records.read",
    ),
    NavigationItem(
        "capas",
        "Corrective actions",
        "capa.listing",
        icon="tools",
        group=IMPROVE,
        permission="records.read",
    ),
    NavigationItem(
        "actions",
        "Actions",
        "action.listing",
        icon="checklist",
        group=IMPROVE,
        permission="records.read",
    ),
    NavigationItem(
        "improvements",
        "Improvements",
        "improvement.listing",
        icon="bulb",
        group=IMPROVE,
        permission="records.read",
    ),
    NavigationItem(
        "trend_alerts",
        "Trend alerts",
        "trend_alert.listing",
        icon="trending-up",
        group=IMPROVE,
        permission="records.read",
    ),
    NavigationItem(
        "risks",
        "Risks",
        "risk.listing",
        icon="shield-exclamation",
        group=IMPROVE,
        permission="records.read",
    ),
    NavigationItem(
        "audit_programmes",
        "Audit programmes",
        "audit_programme.listing",
        icon="calendar-stats",
        group=ASSURE,
        permission="records.read",
    ),
    NavigationItem(
        "audits",
        "Audits",
        "audit.listing",
        icon="clipboard-check",
        group=ASSURE,
        permission="records.read",
    ),
    NavigationItem(
        "findings",
        "Findings",
        "finding.listing",
        icon="zoom-exclamation",
        group=ASSURE,
        permission="records.read",
    ),
    NavigationItem(
        "audit_year",
        "Audits of the year",
        "audit_year.page",
        icon="calendar",
        group=ASSURE,
        permission="records.read",
    ),
    NavigationItem(
        "auditors",
        "Auditors",
        "auditors.listing",
        icon="user-check",
        group=ASSURE,
        permission="records.read",
    ),
    NavigationItem(
        "reviews",
        "Reviews",
        "management_review.listing",
        icon="presentation",
        group=INSIGHT,
        permission="records.read",
    ),
    NavigationItem(
        "dashboard",
        "Dashboards",
        "dashboard.first",
        icon="chart-histogram",
        group=INSIGHT,
        permission="indicators.read",
    ),
    NavigationItem(
        "indicators",
        "Indicators",
        "indicators.listing",
        icon="chart-line",
        group=INSIGHT,
        permission="indicators.read",
    ),
    NavigationItem(
        "insight",
        "Process insight",
        "insight.listing",
        icon="route",
        group=INSIGHT,
        permission="indicators.read",
    ),
    NavigationItem(
        "evidence",
        "Evidence",
        "evidence.page",
        icon="certificate",
        group=INSIGHT,
        permission="evidence.read",
    ),
    NavigationItem(
        "audit_rooms",
        "Audit rooms",
        "audit_rooms.listing",
        icon="door",
        group=ASSURE,
        permission="rooms.open",
    ),
    NavigationItem(
        "audit_room",
        "Audit room",
        "audit_room.page",
        icon="door",
        permission="room.visit",
        is_on_phone=True,
    ),
    NavigationItem(
        "patterns",
        "Patterns",
        "patterns.page",
        icon="repeat",
        group=INSIGHT,
        permission="records.read",
        by_site=True,
    ),
    NavigationItem(
        "documents",
        "Documents",
        "document.listing",
        icon="files",
        group=CONTROL,
        permission="records.read",
    ),
    NavigationItem(
        "processes",
        "Processes",
        "process_map.page",
        icon="sitemap",
        group=CONTROL,
        permission="processes.read",
    ),
    NavigationItem(
        "context",
        "Context and scope",
        "context.page",
        icon="world-search",
        group=CONTROL,
        permission="processes.read",
    ),
    *training.NAVIGATION,
    NavigationItem("trail", "Trail", "trail.page", icon="fingerprint", group=SETUP, permission="trail.read"),
    NavigationItem("admin", "Admin", "admin.page", icon="settings", group=SETUP, permission="admin.read"),
)

PANELS = (approvals.panel_of_record,)  # what packages show on every record's page

HANDOVER = Handover(
    holdings=(holdings_of,),
    when_disabled=(release_claims, release_person),
    when_withdrawn=(reroute_emptied, refresh_person),
    when_given=(refresh_person,),
)


def create_app(config: Config) -> Flask:
    """Return an application for these settings; nothing is read from the database yet."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        TESTING=config.is_testing,
        KEEL=config,
    )
    lift_depth_limit()
    assert_depth_lifted()
    lifecycles.wire()
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    _believe_proxies(app, config.trusted_proxies)
    name_requests(app, trusts_proxies=config.trusted_proxies > 0)
    carry_sessions(app)
    bound_requests(app)  # before anything reads a form
    web.init_app(app, Kit(navigation=NAVIGATION, facts=inbox.frame_facts, may=guards.may))
    health.watch_health(app)
    guard_routes(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    use_registers(app, REGISTERS, parts=PANELS)
    app.extensions[admin_settings.EXTENSION] = lifecycles.SETTINGS
    app.extensions[admin_people.HANDOVER] = HANDOVER
    check_every_route_declares_a_permission(app)
    return app


def _believe_proxies(app: Flask, count: int) -> None:
    """Take address and host from so many proxies in front; without any, what a client claims is ignored."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the documented way to wrap
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
