<?php
/*
 * Hand a customer who is signed in on your website over to Securebox Portal.
 *
 * Needs PHP 8.0 or newer with its openssl extension, and no package. The key is an RSA key: PHP encodes elliptic-curve
 * signatures as DER, which is not allowed in a JWT. Serve it from an address of your website, secure-inbox-token.php:
 *
 *   require 'hand_off.php';
 *   session_start();
 *   $origin = $_SERVER['HTTP_ORIGIN'] ?? '';
 *   if ($_SERVER['REQUEST_METHOD'] !== 'POST' || $origin !== 'https://www.company.example') {
 *       http_response_code(403);
 *       exit;
 *   }
 *   $user = $_SESSION['user'] ?? null;
 *   $token = $user === null ? null : hand_off_token(
 *       origin: $origin,
 *       sub: (string) $user['id'],
 *       email: $user['email'],
 *       email_verified: $user['email_was_proved'],
 *       name: $user['name'],
 *   );
 *   header('Content-Type: application/json');
 *   header('Cache-Control: no-store');
 *   echo json_encode(['token' => $token]);
 */

declare(strict_types=1);

/**
 * A token for the customer of this request. Take every value from your session, never from the browser.
 *
 * `$origin` is the page's origin, such as `https://www.company.example`; `$sub` is an id that is never reassigned to
 * another customer. `$email_verified` is true only if you have verified that the address is theirs: it decides whose
 * mail is shown.
 */
function hand_off_token(string $origin, string $sub, string $email, bool $email_verified, string $name = ''): string
{
    $now = time();
    $header = ['alg' => 'RS256', 'typ' => 'JWT', 'kid' => hand_off_setting('HAND_OFF_KEY_ID')];
    $claims = [
        'iss' => hand_off_setting('HAND_OFF_ISSUER'), // The issuer, as entered at the portal under Companies.
        'aud' => hand_off_setting('HAND_OFF_PORTAL'), // The portal's PORTAL_URL, such as https://mail.company.example
        'sub' => $sub,
        'email' => $email,
        'email_verified' => $email_verified,
        'name' => $name,
        'origin' => $origin,
        'jti' => bin2hex(random_bytes(16)),
        'iat' => $now,
        'exp' => $now + 60,
    ];
    $text = hand_off_part(json_encode($header, JSON_THROW_ON_ERROR))
        . '.' . hand_off_part(json_encode($claims, JSON_THROW_ON_ERROR));
    $key = file_get_contents(hand_off_setting('HAND_OFF_KEY_FILE'));
    if (!openssl_sign($text, $signature, $key, OPENSSL_ALGO_SHA256)) {
        throw new RuntimeException('The token could not be signed: is HAND_OFF_KEY_FILE a private RSA key?');
    }
    return $text . '.' . hand_off_part($signature);
}

function hand_off_part(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

function hand_off_setting(string $name): string
{
    return getenv($name) ?: throw new RuntimeException("$name is not set");
}

if (PHP_SAPI === 'cli' && realpath($_SERVER['SCRIPT_FILENAME']) === __FILE__) {
    // Prints a token to try: php hand_off.php < customer.json
    echo hand_off_token(...json_decode(stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR)), "\n";
}
