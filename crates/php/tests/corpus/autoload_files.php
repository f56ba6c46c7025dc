<?php

$vendorDir = dirname(__DIR__);
$baseDir = dirname($vendorDir);

return array(
    '0f1e2d3c4b5a69788796a5b4c3d2e1f0' => $vendorDir . '/acme/sync/registration.php',
    '1f1e2d3c4b5a69788796a5b4c3d2e1f0' => $baseDir . '/app/etc/Extra.php',
);
