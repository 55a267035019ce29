//! For each row of the table: pages that it must hit, one for each pattern, and words of an article that it
//! must not take for such a page.

use SignatureClass::{
    Challenge, Consent, ErrorText, Login, Maintenance, Parked, Paywall, Region, Shell, SoftGone,
};
use trackward_core::SignatureClass;

/// A page: address, one header, markup.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) url: &'static str,
    pub(super) header: (&'static str, &'static str),
    pub(super) html: &'static str,
}

/// What one row must do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) id: &'static str,
    pub(super) class: SignatureClass,
    pub(super) alone: bool,
    /// A page for each pattern.
    pub(super) hits: &'static [(&'static str, Sample)],
    /// A piece of a real-looking article about the same words.
    pub(super) article: Sample,
}

const fn page(html: &'static str) -> Sample {
    Sample { url: "https://host.example/post/", header: ("server", "nginx"), html }
}

const fn at(url: &'static str, html: &'static str) -> Sample {
    Sample { url, ..page(html) }
}

const fn with(header: (&'static str, &'static str), html: &'static str) -> Sample {
    Sample { header, ..page(html) }
}

const fn alone(
    id: &'static str,
    class: SignatureClass,
    hits: &'static [(&'static str, Sample)],
    article: Sample,
) -> Case {
    Case { id, class, alone: true, hits, article }
}

const fn thin(
    id: &'static str,
    class: SignatureClass,
    hits: &'static [(&'static str, Sample)],
    article: Sample,
) -> Case {
    Case { id, class, alone: false, hits, article }
}

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    alone("challenge_header", Challenge, &[
        ("challenge", with(("CF-Mitigated", "Challenge"), "<p>One moment, please</p>")),
    ], with(("cf-cache-status", "challenge"), "<p>The header cf-mitigated: challenge tells a challenge apart.</p>")),
    alone("challenge_script", Challenge, &[
        ("/cdn-cgi/challenge-platform/…/orchestrate/",
            page("<script>a.src = '/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=8f';</script>")),
    ], page("<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>\
        <p>It loads <code>/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1</code> at first.</p>")),
    alone("challenge_element", Challenge, &[
        ("challenge-running", page("<div id=challenge-running></div>")),
    ], page("<p class=challenge-running>The #challenge-running box</p><h2 id=challenge-running-late>Later</h2>")),
    thin("challenge_title", Challenge, &[
        ("just a moment", page("<title>Just a moment...</title>")),
        ("attention required", page("<title>Attention Required! | Cloudflare</title>")),
        ("are you a robot", page("<title>Are you a robot?</title>")),
    ], page("<title>“Are you a robot?” On captchas</title><p>Just a moment of your attention, required or not.</p>")),
    thin("challenge_text", Challenge, &[
        ("checking your browser", page("<h1>Checking your <b>browser</b> before accessing host.example</h1>")),
        ("verify you are human", page("<p>Verify&nbsp;you are&#32;human by completing the action below.</p>")),
        ("enable javascript and cookies", page("<noscript><div>Enable JavaScript and cookies to continue</div></noscript>")),
        ("access denied", page("<h1>Access\n  Denied</h1>")),
        ("too many requests", page("<h1>Too Many Requests</h1>")),
        ("error 1015", page("<h1>Error 1015</h1>")),
    ], page("<p>“Access denied”, it said, after “checking your browser”. Too many requests? Error 1015, rather.</p>")),
    thin("challenge_captcha", Challenge, &[
        ("g-recaptcha", page("<form><div class='g-recaptcha' data-sitekey=x></div></form>")),
        ("h-captcha", page("<form><div class='box h-captcha'></div></form>")),
        ("cf-turnstile", page("<form><div class='cf-turnstile'></div></form>")),
    ], page("<p>Comments need a captcha here.</p><form><div class=g-recaptcha></div></form>")),
    thin("challenge_vendor", Challenge, &[
        ("_incapsula_resource", page("<iframe src='/_Incapsula_Resource?CWUDNSAI=1'></iframe>")),
        ("sucuri_cloudproxy", page("<script>s = {}; s.c = 'sucuri_cloudproxy_uuid_1'; location.reload();</script>")),
    ], page("<script src='/_Incapsula_Resource?SWJIYLWA=7'></script><p>Behind Incapsula since May.</p>")),

    alone("maintenance_wordpress", Maintenance, &[
        ("briefly unavailable for scheduled maintenance",
            page("<title>Maintenance</title><body id=error-page><div class=wp-die-message>\
                Briefly unavailable for scheduled maintenance. Check back in a minute.</div>")),
    ], page("<h1>How to fix “Briefly unavailable for scheduled maintenance. Check back in a minute.”</h1>")),
    thin("maintenance_text", Maintenance, &[
        ("under maintenance", page("<h1>This site is under maintenance.</h1>")),
        ("wartungsarbeiten", page("<h1>Wegen Wartungsarbeiten geschlossen</h1>")),
        ("メンテナンス中", page("<h1>ただいまメンテナンス中です</h1>")),
    ], page("<p>The bridge is under maintenance until June; Wartungsarbeiten, as the sign says.</p>")),

    thin("error_database", ErrorText, &[
        ("error establishing a database connection", page("<h1>Error establishing a database connection</h1>")),
    ], page("<h1>Error establishing a database connection: seven causes</h1>")),
    thin("error_php", ErrorText, &[
        ("fatal error", page("<b>Fatal error</b>: Uncaught Error in /var/www/index.php on line 3")),
        ("allowed memory size", page("Allowed memory size of 134217728 bytes exhausted")),
    ], page("<p>PHP then says: Fatal error: Allowed memory size of 134217728 bytes exhausted.</p>")),
    thin("error_hoster", ErrorText, &[
        ("account suspended", page("<h1>Account Suspended</h1>")),
        ("bandwidth limit exceeded", page("<h1>509 Bandwidth Limit Exceeded</h1>")),
    ], page("<p>Last week: account suspended, bandwidth limit exceeded. We moved.</p>")),

    alone("login_post_password", Login, &[
        ("post-password-form", page("<article class=hentry><div class=entry-content>\
            <form action=/wp-login.php?action=postpass class='post-password-form' method=post>\
            <p>This content is password protected.</p></form></div></article>")),
    ], page("<p>The class post-password-form is on the form.</p><div class=post-password-form></div>")),
    thin("login_form", Login, &[
        ("loginform", page("<form id=loginform></form>")),
    ], page("<p>Welcome.</p><form id=loginform></form>")),
    thin("login_password", Login, &[
        ("password", page("<form><input type=PASSWORD name=pwd></form>")),
    ], page("<p>Members log in at the side.</p><form><input type=password></form>")),
    thin("login_text", Login, &[
        ("log in to continue", page("<p>Please log in to continue.</p>")),
    ], page("<p>Apps that say “log in to continue” lose a third of their visitors.</p>")),
    thin("login_address", Login, &[
        ("/wp-login.php/", at("https://host.example/wp-login.php?redirect_to=x", "<p>Powered by WordPress</p>")),
        ("/login/", at("https://host.example/en/login", "<p>Welcome back</p>")),
    ], at("https://host.example/2026/login/", "<p>How we built our login.</p>")),

    alone("paywall_json_ld", Paywall, &[
        ("isaccessibleforfree", page("<script type='application/ld+json'>\
            {\"@type\":\"NewsArticle\",\"isAccessibleForFree\": \"False\"}</script>")),
    ], page("<script type='application/ld+json'>{\"isAccessibleForFree\":true,\
        \"headline\":\"What isAccessibleForFree: false means\"}</script>\
        <script>x = {\"isAccessibleForFree\": false}</script><p>\"isAccessibleForFree\": false, explained</p>")),
    thin("paywall_text", Paywall, &[
        ("members only", page("<article class=hentry><p>This content is for members only.</p></article>")),
        ("subscribe to read", page("<p>Subscribe to read the full story.</p>")),
    ], page("<p>The club, members only since 1920, made people subscribe to read its minutes.</p>")),

    thin("consent_text", Consent, &[
        ("before you continue", page("<h1>Before you continue to the site</h1>")),
        ("we value your privacy", page("<h2>We value your privacy</h2><button>Accept</button>")),
    ], page("<div>We value your privacy</div><p>Before you continue, sharpen your pencils.</p>")),
    thin("consent_form", Consent, &[
        ("consent", page("<form action='https://host.example/Consent/save'></form>")),
    ], page("<p>A small shop.</p><form action=/cookie-consent></form>")),
    thin("consent_address", Consent, &[
        ("//consent.google.", at("https://consent.google.de/ml?continue=x", "<p>Hi</p>")),
        ("//consent.youtube.com/", at("https://consent.youtube.com/m?continue=x", "<p>Hi</p>")),
        ("//consent.yahoo.com/", at("https://consent.yahoo.com/v2/collectConsent", "<p>Hi</p>")),
        ("//guce.", at("https://guce.yahoo.com/consent", "<p>Hi</p>")),
    ], at("https://host.example/consent.google.com/", "<p>What happens at //consent.google.com/ and //guce.yahoo.com</p>")),

    thin("region_text", Region, &[
        ("not available in your country", page("<p>This page is not available in your country.</p>")),
        ("not available in your region", page("<p>Unfortunately not available in your region.</p>")),
    ], page("<p>“Not available in your country”: why films are, or are not available in your region.</p>")),

    thin("parked_text", Parked, &[
        ("domain is for sale", page("<h1>host.example: this domain is for sale!</h1>")),
        ("buy this domain", page("<a href=/x>Buy this domain</a>")),
    ], page("<p>I saw “this domain is for sale” and “buy this domain”, so I did.</p>")),
    thin("parked_host", Parked, &[
        ("sedoparking.com/", page("<script src=//img.sedoparking.com/js/x.js></script>")),
        ("parkingcrew.net/", page("<script src=//www.parkingcrew.net/jsparkcaf.php></script>")),
        ("bodis.com/", page("<iframe src=https://ww1.bodis.com/x></iframe>")),
        ("parklogic.com/", page("<frameset><frame src=https://parklogic.com/x></frameset>")),
        ("img1.wsimg.com/parking-lander/", page("<script src=https://img1.wsimg.com/parking-lander/s.js></script>")),
    ], page("<script src=//img.sedoparking.com/js/x.js></script><p>How parking pages are built.</p>")),

    thin("shell_element", Shell, &[
        ("root", page("<div id=root></div><script src=/main.js></script>")),
        ("app", page("<div id=app>Loading</div><script src=/app.js></script>")),
        ("__next", page("<div id=__next></div><script src=/next.js></script>")),
    ], page("<div id=root><p>Drawn on the server.</p></div><script src=/main.js></script>")),
    thin("shell_text", Shell, &[
        ("you need to enable javascript",
            page("<noscript>You need to enable JavaScript to run this app.</noscript><script src=/x.js></script>")),
    ], page("<noscript>You need to enable JavaScript to comment.</noscript><script src=/x.js></script>")),

    thin("gone_headline", SoftGone, &[
        ("not found", page("<title>Page not found – Host</title>")),
        ("404", page("<h1>Error 404</h1>")),
        ("page introuvable", page("<h1>Page introuvable</h1>")),
        ("nicht gefunden", page("<title>Seite nicht gefunden</title>")),
        ("見つかりません", page("<h1>ページが見つかりません</h1>")),
    ], page("<title>404 Not Found: a history</title><p>Nicht gefunden, page introuvable.</p>")),
    thin("gone_body", SoftGone, &[
        ("error404", page("<body class='error404 wp-theme'><p>It seems we can’t find it.</p>")),
    ], page("<p class=error404>The class error404 is on the body.</p>")),
];
