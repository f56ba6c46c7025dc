<?php
return [
    'modules' => [
        'Magento_Store' => 1,
        'Acme_Sync' => 0
    ],
    'system' => ['default' => ['web' => ['unsecure' => ['base_url' => 'http://shop.test/']]]],
    'n' => [null, true, -1, 1.5, PHP_INT_MAX, 'it\'s']
];
