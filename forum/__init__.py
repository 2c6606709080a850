"""Say What You Want: a company forum where nobody above can take down what anybody says. `create_app` is where all meets."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.templating import Environment
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from forum.config import ROOT, Settings
from forum.web.folding import FoldingEnvironment


class Application(Flask):
    """Flask with templates whose words are translated when they are compiled."""

    jinja_environment: type[Environment] = FoldingEnvironment


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application; `settings` default to the environment's. Raises SettingError when one is wrong."""
    from forum import accounts, boards, commands, desk, exchange, hits, home, ledger, pads, search, trends, web, wiring  # noqa: F401  (tables must be known first)
    from forum.accounts import bearer, session
    from forum.accounts import settings as accounts_settings
    from forum.accounts import views as accounts_views
    from forum.attachments import api as attachments_api
    from forum.attachments import views as attachments_views
    from forum.boards import answer_views as boards_answers
    from forum.boards import api as boards_api
    from forum.boards import arrange_views as boards_arrange
    from forum.boards import draft_views as boards_drafts
    from forum.boards import mute_views as boards_mutes
    from forum.boards import post_views as boards_posts
    from forum.boards import proof_views as boards_proofs
    from forum.boards import views as boards_views
    from forum.core.database import db, engine_options, prepare_engine
    from forum.desk import views as desk_views
    from forum.exchange import views as exchange_views
    from forum.follow import api as follow_api
    from forum.follow import mail_views as follow_mail
    from forum.follow import views as follow_views
    from forum.hits import views as hits_views
    from forum.home import views as home_views
    from forum.keep import feeds as keep_feeds
    from forum.keep import views as keep_views
    from forum.ledger import views as ledger_views
    from forum.pads import answer_views as pads_answers
    from forum.pads import plan_views as pads_plan
    from forum.pads import views as pads_views
    from forum.polls import views as polls_views
    from forum.reactions import views as reactions_views
    from forum.search import api as search_api
    from forum.search import views as search_views
    from forum.trends import views as trends_views
    from forum.web import access, errors, headers, limits, nobody, numbers, static, templating, uploads

    settings = settings or Settings.from_environment()
    app = Application("forum", root_path=str(ROOT), instance_path=str(settings.instance), static_folder=None)
    app.url_map.merge_slashes = False  # its redirect would go to whatever host a request names
    app.config.update(
        SECRET_KEY=settings.secret_key,
        ORIGIN=settings.origin,
        TIMEZONE=settings.timezone,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-forum" if settings.secure else "forum",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=session.SECONDS),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=100,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "forum" / "translations"),
    )
    app.extensions["forum.settings"] = settings
    app.extensions["forum.make"] = create_app
    app.extensions["forum.proven"] = wiring.PROVEN
    app.extensions["forum.under"] = wiring.UNDER
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrate(app, db, directory=str(ROOT / "forum" / "migrations"), render_as_batch=True, compare_type=True)
    Babel(app, locale_selector=lambda: "en")
    numbers.init_app(app)
    nobody.init_app(app, pads_url=settings.pads_url, base_url=settings.base_url)
    static.init_app(app)
    headers.init_app(app, secure=settings.secure)
    templating.init_app(app, testing=settings.testing, slots=wiring.SLOTS)
    hits_views.init_app(app)
    session.init_app(app, keep_words=boards_drafts.keep_typed)
    uploads.init_app(app)
    access.init_app(app, session.acting, bearer.acting, accounts_views.signed_out_post)
    csrf = CSRFProtect(app)
    csrf.exempt(pads_views.pages)  # it needs a session; these forms are checked by their origin
    errors.init_app(app)
    limits.init_app(app, redis_url=settings.redis_url, testing=settings.testing)
    for slice_views in (
        home_views,
        accounts_views,
        accounts_settings,
        desk_views,
        attachments_views,
        hits_views,
        search_views,
        follow_views,
        follow_mail,
        polls_views,
        reactions_views,
        keep_views,
        keep_feeds,
        boards_views,
        boards_posts,
        boards_proofs,
        boards_drafts,
        boards_mutes,
        boards_arrange,
        boards_answers,
        trends_views,
        exchange_views,
        ledger_views,
        pads_views,
        pads_plan,
        pads_answers,
    ):
        app.register_blueprint(slice_views.pages)
    for slice_api in (boards_api, search_api, follow_api, attachments_api):
        csrf.exempt(slice_api.pages)  # no cookie is read there that another site's form could ride on
        app.register_blueprint(slice_api.pages)
    csrf.exempt(follow_mail.stopping)  # the token in the address is all that counts, and nobody is signed in
    app.register_blueprint(follow_mail.stopping)
    if app.debug:
        from forum.home import components

        app.register_blueprint(components.pages)
    commands.init_app(app)
    return app
