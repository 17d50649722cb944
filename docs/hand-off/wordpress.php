<?php
/*
 * Plugin Name: Secure inbox
 * Description: Shows customers the messages of Securebox Portal, and hands over whoever is signed in.
 * Requires PHP: 8.0
 *
 * Put it beside hand_off.php into wp-content/plugins/secure-inbox/, and set the four settings of hand_off.php in the
 * environment of PHP. docs/embedding/wordpress.md says how, and when an address counts as proved.
 */

declare(strict_types=1);

require_once __DIR__ . '/hand_off.php';

add_shortcode('secure_inbox', 'secure_inbox_element');
add_action('wp_head', 'secure_inbox_scripts');
add_action('wp_footer', 'secure_inbox_launcher');
add_action('wp_ajax_secure_inbox_token', 'secure_inbox_token');
add_action('wp_ajax_nopriv_secure_inbox_token', 'secure_inbox_token');

/** The inbox in place: [secure_inbox], or [secure_inbox securebox="claims"]. */
function secure_inbox_element($attributes): string
{
    ['securebox' => $securebox] = shortcode_atts(['securebox' => ''], $attributes);
    return sprintf('<secure-inbox securebox="%s"></secure-inbox>', esc_attr($securebox));
}

/** First our own script, which says who is signed in here, then the portal's. */
function secure_inbox_scripts(): void
{
    $address = wp_json_encode(admin_url('admin-ajax.php?action=secure_inbox_token'));
    wp_print_inline_script_tag(<<<JS
        async function fetchSecureInboxToken() {
          const answer = await fetch($address, { method: "POST" });
          if (!answer.ok) throw new Error(`No token: \${answer.status}`);
          return (await answer.json()).token;
        }
        (window.SecureInbox ||= []).push(["identify", fetchSecureInboxToken]);
        JS);
    wp_print_script_tag(['type' => 'module', 'src' => hand_off_setting('HAND_OFF_PORTAL') . '/embed/v1.js']);
}

/** On every page but those that show the inbox itself. */
function secure_inbox_launcher(): void
{
    if (!is_singular() || !has_shortcode((string) get_post()?->post_content, 'secure_inbox')) {
        echo '<secure-inbox-launcher></secure-inbox-launcher>';
    }
}

/** A token for the customer who is signed in to WordPress, or null. It answers the website's own pages only. */
function secure_inbox_token(): void
{
    $home = wp_parse_url(home_url());
    $origin = $home['scheme'] . '://' . $home['host'] . (isset($home['port']) ? ':' . $home['port'] : '');
    if ($_SERVER['REQUEST_METHOD'] !== 'POST' || ($_SERVER['HTTP_ORIGIN'] ?? '') !== $origin) {
        wp_send_json(['error' => 'This address answers the website’s own pages only.'], 403);
    }
    nocache_headers();
    $user = wp_get_current_user();
    wp_send_json(['token' => $user->exists() ? hand_off_token(
        origin: $origin,
        // With its date: some databases give the number of a deleted user again.
        sub: $user->ID . '-' . strtotime($user->user_registered),
        email: $user->user_email,
        email_verified: (bool) apply_filters('secure_inbox_address_proved', false, $user),
        name: $user->display_name,
    ) : null]);
}
