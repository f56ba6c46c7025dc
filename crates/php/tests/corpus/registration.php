<?php
/**
 * Acme's modules, registered in one go.
 */
declare(strict_types=1);

use Magento\Framework\Component\ComponentRegistrar as Registrar;

$base = dirname(__FILE__) . DIRECTORY_SEPARATOR . 'modules';

foreach (['Sync' => 'sync', 'Stock' => 'stock'] as $name => $folder) {
    Registrar::register(Registrar::MODULE, sprintf('Acme_%s', $name), "{$base}/$folder");
}

if (!defined('ACME_EXTRA')) {
    define('ACME_EXTRA', implode('_', ['Acme', 'Extra']));
    \Magento\Framework\Component\ComponentRegistrar::register('module', ACME_EXTRA, __DIR__);
}
