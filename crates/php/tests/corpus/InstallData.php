<?php

namespace Acme\Sync\Setup;

use Magento\Framework\Setup\{InstallDataInterface, ModuleContextInterface, ModuleDataSetupInterface};
use Magento\Integration\Model\ConfigBasedIntegrationManager;

class InstallData implements InstallDataInterface
{
    private const PREFIX = 'Acme';
    private static $names = [self::PREFIX . ' Sync', 'k' => <<<EOT
        Acme Stock
        EOT];

    /** @var ConfigBasedIntegrationManager */
    private $manager;

    public function __construct(ConfigBasedIntegrationManager $manager)
    {
        $this->manager = $manager;
    }

    public function install(ModuleDataSetupInterface $setup, ModuleContextInterface $context)
    {
        $setup->startSetup();
        foreach (array_values(self::$names) as $i => $name) {
            if ($i > 5 || !$name) {
                continue;
            }
            $this->manager->processIntegrationConfig([$name]);
        }
        try {
            $this->log("done {$i}");
        } catch (\Throwable $e) {
            throw $e;
        } finally {
            $setup->endSetup();
        }
    }

    private function log(string $text): void
    {
        error_log($text);
    }
}
